#!/usr/bin/env node
/** The process around a command: what ends it, and what it ends with. */
import { constants } from "node:os"
import { unfinished } from "../host/unfinished"
import { complaintOf } from "./complaint"
import { ExitStatus, SIGNALLED } from "./exit-status"
import { complain } from "./lines"
import { run } from "./main"

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
        // A command that ends in its own way, with what it has so far, listens as well. The second time nobody does.
        if (process.listenerCount(signal) > 1) return
        complain(`ended by ${signal}; no file was left half-written, run the command again`)
        end(SIGNALLED + constants.signals[signal])
    })
process.on("uncaughtException", giveUp)
process.on("unhandledRejection", giveUp)
process.stdout.on("error", error => {
    // Whoever reads has read enough.
    if (isBrokenPipe(error)) end(SIGNALLED + constants.signals.SIGPIPE)
    complain(`standard output: cannot be written: ${error.message}; make room, or write elsewhere`)
    end(ExitStatus.BadInput)
})
process.stderr.on("error", () => {})

process.exitCode = await run(process.argv)

function giveUp(error: unknown): void {
    const { line, status } = complaintOf(error)
    complain(line)
    end(status)
}

function end(status: number): never {
    unfinished.clear()
    process.exit(status)
}

function isBrokenPipe(error: NodeJS.ErrnoException): boolean {
    return error.code === "EPIPE"
}
