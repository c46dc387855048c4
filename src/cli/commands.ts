/** The commands: all that the help of all says of them. The code of one is loaded when it is asked for. */
import type { Command } from "commander"
import type { HostClock } from "../host/clock"
import type { ExitStatus } from "./exit-status"

export interface CommandEntry {
    /** What follows the name. */
    takes: string
    summary: string
    /** @param finish takes the exit status if the command runs through */
    load(finish: (status: ExitStatus) => void, clock: HostClock): Promise<Command>
}

/** By name, in the order of the help. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
    sim: {
        takes: "[options] <world>",
        summary: "play a world and check what comes of it",
        load: async finish => (await import("./sim-command")).simCommand(finish),
    },
    emulate: {
        takes: "[options]",
        summary: "run the runtime's own firmware on an emulated board",
        load: async finish => (await import("./emulate-command")).emulateCommand(finish),
    },
    serve: {
        takes: "[options]",
        summary: "put a simulated unit behind a serial port of this machine",
        load: async finish => (await import("./serve-command")).serveCommand(finish),
    },
    bench: {
        takes: "[options]",
        summary: "measure what cryptography takes on a board, and whether that was predicted",
        load: async finish => (await import("./bench-command")).benchCommand(finish),
    },
    build: {
        takes: "[options] <device>",
        summary: "compile a device into the image that a board is flashed with",
        load: async () => (await import("./build-command")).buildCommand(),
    },
    init: {
        takes: "[options]",
        summary: "make a DeviceScript project ready for Domovoi",
        load: async () => (await import("./init-command")).initCommand(),
    },
    prove: {
        takes: "[options] [board]",
        summary: "prove that a board's wiring keeps its promises",
        load: async finish => (await import("./prove-command")).proveCommand(finish),
    },
    board: {
        takes: "",
        summary: "draw a board's circuit",
        load: async () => (await import("./board-command")).boardCommand(),
    },
    conform: {
        takes: "[options]",
        summary: "try a device against the controls that it answers for, and report",
        load: async (finish, clock) => (await import("./conform-command")).conformCommand(finish, clock),
    },
    lease: {
        takes: "",
        summary: "keep a laboratory's bench, and say who has it",
        load: async (finish, clock) => (await import("./lease-command")).leaseCommand(finish, clock),
    },
    harden: {
        takes: "[options]",
        summary: "say how a board is locked for good, and what stays open",
        load: async finish => (await import("./harden-command")).hardenCommand(finish),
    },
    ca: {
        takes: "",
        summary: "keep the manufacturer's authority, which certifies devices",
        load: async (_finish, clock) => (await import("./ca-command")).caCommand(clock),
    },
    provision: {
        takes: "[options]",
        summary: "give a unit its identity: key, certificate, pairing secret, label",
        load: async (finish, clock) => (await import("./provision-command")).provisionCommand(finish, clock),
    },
    pair: {
        takes: "[options]",
        summary: "pair with a unit by its label, or by an invitation",
        load: async (finish, clock) => (await import("./pair-command")).pairCommand(finish, clock),
    },
    people: {
        takes: "",
        summary: "list, invite and remove who may use a unit",
        load: async finish => (await import("./people-command")).peopleCommand(finish),
    },
    privacy: {
        takes: "",
        summary: "list the uses of data that a unit declares, and answer to them",
        load: async finish => (await import("./privacy-command")).privacyCommand(finish),
    },
    disable: {
        takes: "[options]",
        summary: "hold all outputs of a unit safe until somebody enables it",
        load: async finish => (await import("./disable-command")).disableCommand(finish),
    },
    enable: {
        takes: "[options]",
        summary: "let a unit work again that was disabled",
        load: async finish => (await import("./disable-command")).enableCommand(finish),
    },
    attest: {
        takes: "[options]",
        summary: "challenge a unit to prove who it is and what it runs",
        load: async (finish, clock) => (await import("./attest-command")).attestCommand(finish, clock),
    },
    doctor: {
        takes: "[options]",
        summary: "find out what is wrong with a unit, and what to measure next",
        load: async (finish, clock) => (await import("./doctor-command")).doctorCommand(finish, clock),
    },
    forget: {
        takes: "[options]",
        summary: "remove what this machine has kept of a unit",
        load: async finish => (await import("./forget-command")).forgetCommand(finish),
    },
    log: {
        takes: "",
        summary: "read and check a unit's log of security and privacy events",
        load: async (finish, clock) => (await import("./log-command")).logCommand(finish, clock),
    },
    keygen: {
        takes: "[options]",
        summary: "make a key that signs update packages",
        load: async () => (await import("./keygen-command")).keygenCommand(),
    },
    "known-key": {
        takes: "[options] <key>",
        summary: "make a key part of a program that verifies in half the time",
        load: async () => (await import("./known-key-command")).knownKeyCommand(),
    },
    sign: {
        takes: "[options] <file>",
        summary: "make an update package of an image or a trust policy, or sign one once more",
        load: async () => (await import("./sign-command")).signCommand(),
    },
    inspect: {
        takes: "[options] <file>",
        summary: "say what is in an update package, whoever made it",
        load: async finish => (await import("./inspect-command")).inspectCommand(finish),
    },
    sbom: {
        takes: "[options] <device>",
        summary: "list what went into a device's image",
        load: async () => (await import("./sbom-command")).sbomCommand(),
    },
    report: {
        takes: "",
        summary: "sign, check, compare, join and show conformance reports",
        load: async (finish, clock) => (await import("./report-command")).reportCommand(finish, clock),
    },
    update: {
        takes: "[options] <package>",
        summary: "bring an update to a unit, and follow it until it has proved itself",
        load: async (finish, clock) => (await import("./update-command")).updateCommand(finish, clock),
    },
}
