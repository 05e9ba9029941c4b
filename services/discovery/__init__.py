"""Who is there: resolvers and registrars over Consul, DNS, static lists and memory."""
