export { nodeDigest as nativeDigest } from "../../../src/host/node-digest"
