import { CHIP_MODELS } from "../../../simulators/board/definition"
import type { RuntimeFiles } from "../../../simulators/emulator/board"
import { type FirmwareFault, flashOf, isBootRom } from "../../../simulators/emulator/firmware"
import { InputError } from "../input-error"
import { readInputFile } from "../input-file"
import { referenceBoard } from "../unit/reference-board"

/** Where the two files are that the user has downloaded. */
export interface RuntimePaths {
    /** UF2 of the runtime. */
    firmware?: string
    /** The RP2040's boot ROM. */
    bootrom?: string
}

/** Variables that name them for commands and tests. */
export const FIRMWARE_VARIABLE = "DOMOVOI_EMULATOR_FIRMWARE"
export const BOOTROM_VARIABLE = "DOMOVOI_EMULATOR_BOOTROM"

const WHERE = "docs/emulator.md says where it comes from"
const FAULTS: Readonly<Record<FirmwareFault, string>> = {
    notUf2: "this is no UF2 file",
    otherChip: "this firmware is for another chip than the RP2040",
    outsideFlash: "this firmware does not lie in a flash of 2 MiB",
}

/** @throws InputError if one is missing, or is not what it should be */
export function readRuntimeFiles({ firmware, bootrom }: RuntimePaths): RuntimeFiles {
    if (!firmware)
        throw new InputError(`which firmware? name the runtime's UF2 file, or set ${FIRMWARE_VARIABLE}; ${WHERE}`)
    if (!bootrom) throw new InputError(`which boot ROM? give --bootrom, or set ${BOOTROM_VARIABLE}; ${WHERE}`)
    const flash = flashOf(readInputFile(firmware))
    if (typeof flash === "string") throw new InputError(`${firmware}: ${FAULTS[flash]}; ${WHERE}`)
    const bootRom = readInputFile(bootrom)
    if (!isBootRom(bootRom)) throw new InputError(`${bootrom}: this is no boot ROM of an RP2040; ${WHERE}`)
    return { flash, bootRom }
}

/** A reference board whose chip is emulated. @throws InputError for another chip; DocumentError if there is no such board */
export function emulatedBoard(id: string) {
    const definition = referenceBoard(id)
    if (definition.chip !== CHIP_MODELS.rp2040)
        throw new InputError(`board ${id}: its chip is not emulated; boards with an RP2040 are`)
    return definition
}
