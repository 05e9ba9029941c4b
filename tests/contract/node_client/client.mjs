// Streams one Generate and prints a JSON line for each message, then one for the status.
//
//   node client.mjs PROTOS HOST:PORT REQUEST [TENANT]
//
// PROTOS is the folder that holds evenflow/v1/*.proto, REQUEST a GenerateRequest in JSON.
// Exits 0 when the call ends with OK, else 1; the status line then carries the google.rpc details.
import grpc from "@grpc/grpc-js";
import loader from "@grpc/proto-loader";
import protobuf from "protobufjs";

// As much of google/rpc/status.proto and error_details.proto as is read here.
const rpc = protobuf.Root.fromJSON({
  nested: {
    Any: { fields: { typeUrl: { id: 1, type: "string" }, value: { id: 2, type: "bytes" } } },
    Duration: { fields: { seconds: { id: 1, type: "int64" }, nanos: { id: 2, type: "int32" } } },
    Status: { fields: { details: { id: 3, type: "Any", rule: "repeated" } } },
    ErrorInfo: {
      fields: {
        reason: { id: 1, type: "string" },
        domain: { id: 2, type: "string" },
        metadata: { id: 3, type: "string", keyType: "string" },
      },
    },
    RetryInfo: { fields: { retryDelay: { id: 1, type: "Duration" } } },
    BadRequest: {
      fields: { fieldViolations: { id: 1, type: "FieldViolation", rule: "repeated" } },
      nested: {
        FieldViolation: {
          fields: { field: { id: 1, type: "string" }, description: { id: 2, type: "string" } },
        },
      },
    },
  },
});

function details(metadata) {
  const [packed] = metadata.get("grpc-status-details-bin");
  if (!packed) return [];
  return rpc.lookupType("Status").decode(packed).details.map(({ typeUrl, value }) => {
    const name = typeUrl.split("google.rpc.").at(-1);
    const type = rpc.get(name);
    return type ? { "@type": name, ...type.toObject(type.decode(value), { longs: Number }) } : { "@type": typeUrl };
  });
}

function show(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const [protos, target, request, tenant] = process.argv.slice(2);
const definition = loader.loadSync("evenflow/v1/inference.proto", {
  includeDirs: [protos],
  keepCase: true,
  enums: String,
  longs: String,
  oneofs: true,
});
const { InferenceService } = grpc.loadPackageDefinition(definition).evenflow.v1;
const client = new InferenceService(target, grpc.credentials.createInsecure());
const metadata = new grpc.Metadata();
if (tenant) metadata.set("evenflow-tenant", tenant);

const call = client.generate(JSON.parse(request), metadata, { deadline: Date.now() + 60_000 });
call.on("data", (message) => show({ message }));
call.on("error", () => {}); // told by the status, which follows
call.on("status", ({ code, details: text, metadata: trailers }) => {
  show({ status: { code: grpc.status[code], message: text, details: details(trailers) } });
  process.exitCode = code === grpc.status.OK ? 0 : 1;
  client.close();
});
