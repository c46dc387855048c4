/** A program: the runtime on standard input, instrumented on standard output, as its last argument (`costs` and `metered`, in JSON) says. */
import { buffer } from "node:stream/consumers"
import { instrumentRuntime } from "./instrument"

const { costs, metered } = JSON.parse(process.argv.at(-1)!)
process.stdout.write(instrumentRuntime(await buffer(process.stdin), costs, metered))
