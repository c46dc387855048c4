/** What an emulated board runs. */
import { type Command, Option } from "commander"
import { BOOTROM_VARIABLE, FIRMWARE_VARIABLE, type RuntimePaths } from "../host/emulator/runtime-files"

export interface RuntimeOptions {
    /** UF2 of the runtime; another name than `--firmware`, which is the device's program elsewhere. */
    runtime?: string
    bootrom?: string
}

export function withRuntimeOptions(command: Command): Command {
    return command
        .addOption(
            new Option("--runtime <file>", "the runtime's own firmware, a UF2 file (emulator)").env(FIRMWARE_VARIABLE),
        )
        .addOption(bootromOption())
}

export function bootromOption(): Option {
    return new Option("--bootrom <file>", "the RP2040's boot ROM (emulator)").env(BOOTROM_VARIABLE)
}

export function runtimePaths({ runtime, bootrom }: RuntimeOptions): RuntimePaths {
    return { firmware: runtime, bootrom }
}
