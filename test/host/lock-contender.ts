/** A process that wants a lock: for each line of its input it takes or gives it back, and says what came of it. */
import { createInterface } from "node:readline"
import { LockedError, takeLock } from "../../src/host/lock-file"

const [, , path] = process.argv
let release = () => {}

function take(): string {
    try {
        release = takeLock(path)
        return "got"
    } catch (error) {
        if (error instanceof LockedError) return `held ${error.holder.pid}`
        throw error
    }
}

process.stdout.write("ready\n")
for await (const line of createInterface(process.stdin)) {
    if (line === "take") process.stdout.write(`${take()}\n`)
    else {
        release()
        release = () => {}
        process.stdout.write("released\n")
    }
}
