"""What a certificate's names come to."""

import pytest

from gateway.edge.identity import identities_of

ONE, OTHER = "spiffe://mesh/ns/a/sa/b", "spiffe://mesh/ns/a/sa/c"


@pytest.mark.parametrize(
    ("uris", "found"),
    [
        ([ONE], (ONE,)),
        ([], ()),
        ([ONE, OTHER], ()),
        ([ONE, ONE], ()),
        (["https://mesh/a"], ()),
        ([ONE, "https://mesh/a"], ()),
        (["spiffe://"], ()),
        (["spiffe://mesh"], ()),
        (["spiffe:///ns"], ()),
        (["SPIFFE://mesh/ns"], ()),
        (["spiffe://mesh/" + "x" * 2048], ()),
    ],
)
def test_exactly_one_uri_that_is_a_spiffe_id_names_somebody(uris, found):
    names = [("DNS", "spiffe://mesh/dns"), *(("URI", uri) for uri in uris)]
    assert identities_of({"subjectAltName": tuple(names)}) == found


def test_without_a_certificate_there_is_nobody():
    assert identities_of(None) == identities_of({}) == ()
