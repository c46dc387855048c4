/** `npm run loader-vectors` makes docs/loader-vectors.json. */
import { writeOutputFile } from "../../src/host/output-file"
import { makeVectors, VECTORS_FILE, vectorsFile } from "./vectors"

const vectors = await makeVectors()
writeOutputFile(VECTORS_FILE, vectorsFile(vectors))
console.log(`${VECTORS_FILE}: ${vectors.length} vectors`)
