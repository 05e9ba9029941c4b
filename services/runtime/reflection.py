"""Reflection as grpcurl wants it: versions v1 and v1alpha, and methods by name.

grpcio serves v1alpha alone, whose messages are those of v1, and protobuf's pool
does not find the file of a method. Decides nothing about services.
"""

from collections.abc import Iterable
from typing import Any

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, text_format
from grpc_reflection.v1alpha import reflection, reflection_pb2, reflection_pb2_grpc

V1 = "grpc.reflection.v1.ServerReflection"
V1ALPHA = reflection.SERVICE_NAME
METHOD = "ServerReflectionInfo"

_Servicer: Any = reflection.aio.ReflectionServicer  # its stubs leave out what is overridden


class ReflectionServicer(_Servicer):  # type: ignore[misc]
    """Answers from protobuf's own pool."""

    def _file_containing_symbol(self, request: Any, name: str) -> Any:
        answer = super()._file_containing_symbol(request, name)
        if not answer.HasField("error_response"):
            return answer
        parent, _, last = name.rpartition(".")
        if parent in self._service_names and last in _methods(self._pool, parent):
            return super()._file_containing_symbol(request, parent)
        return answer


def add_reflection(names: Iterable[str], server: grpc.aio.Server) -> None:
    """Serve reflection of the named services, and of itself."""
    _describe_v1()
    servicer = ReflectionServicer([*names, V1, V1ALPHA])
    reflection_pb2_grpc.add_ServerReflectionServicer_to_server(servicer, server)  # type: ignore[no-untyped-call]
    handler = grpc.stream_stream_rpc_method_handler(
        servicer.ServerReflectionInfo,
        request_deserializer=reflection_pb2.ServerReflectionRequest.FromString,
        response_serializer=reflection_pb2.ServerReflectionResponse.SerializeToString,
    )
    generic = grpc.method_handlers_generic_handler(V1, {METHOD: handler})
    server.add_generic_rpc_handlers((generic,))


def _methods(pool: Any, service: str) -> frozenset[str]:
    try:
        return frozenset(pool.FindServiceByName(service).methods_by_name)
    except KeyError:
        return frozenset()


def _describe_v1() -> None:
    """Put v1's description into protobuf's pool, which takes the same one any number of times."""
    described = descriptor_pb2.FileDescriptorProto()
    reflection_pb2.DESCRIPTOR.CopyToProto(described)
    renamed = text_format.MessageToString(described).replace("v1alpha", "v1")
    file = text_format.Parse(renamed, descriptor_pb2.FileDescriptorProto())
    descriptor_pool.Default().AddSerializedFile(file.SerializeToString())
