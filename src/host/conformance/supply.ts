/** What cuts the supply of a device on the desk, and gives it back. */
import { spawn } from "node:child_process"
import { InputError } from "../input-error"
import type { Relay } from "./relay"

export interface Supply {
    /** @throws InputError if it is not sure to have been done */
    switch(on: boolean): Promise<void>
    close(): Promise<void>
}

/** A person at the bench. */
export interface Person {
    /** Asks for something to be done, and waits until it is. */
    does(what: string): Promise<void>
}

/** Somebody who unplugs it. */
export function suppliedBy(person: Person): Supply {
    return {
        switch: on => person.does(on ? "give the device its supply back" : "cut the device's supply"),
        async close() {},
    }
}

/** A program, and what it is told: as for execve(2), without a shell. */
export type Command = readonly [program: string, ...parameters: string[]]

const COMMAND_MS = 30_000
const MAX_SAID_CHARACTERS = 2000

/** A program that switches, such as that of a USB hub: it ends with 0 when it has. @param commands by what they do */
export function suppliedByCommands(commands: { on: Command; off: Command }, patienceMs = COMMAND_MS): Supply {
    return {
        switch: on => carriedOut(commands[on ? "on" : "off"], `supply.${on ? "on" : "off"}`, patienceMs),
        async close() {},
    }
}

function carriedOut([program, ...parameters]: Command, what: string, patienceMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
        const refuse = (why: string) => reject(new InputError(`${what}: ${program} ${why}; try it by hand`))
        const child = spawn(program, parameters, {
            stdio: ["ignore", "ignore", "pipe"],
            timeout: patienceMs,
            killSignal: "SIGKILL",
        })
        let said = ""
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
            said = (said + text).slice(0, MAX_SAID_CHARACTERS)
        })
        child.once("error", error => refuse(`does not start (${error.message})`))
        // What it has left behind may hold its output open for ever.
        child.once("exit", (status, signal) => {
            child.stderr.destroy()
            if (status === 0) resolve()
            else refuse(signal ? `did not end within ${patienceMs / 1000} s` : `ended with ${status}: ${said.trim()}`)
        })
    })
}

/** A Jacdac relay in the supply's way: closed, the device has it. */
export function suppliedByRelay(relay: Relay): Supply {
    return { switch: on => relay.set(on), close: () => relay.close() }
}
