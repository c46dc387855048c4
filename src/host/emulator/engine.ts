import type { UnitEngine } from "../unit/unit-file"
import { EmulatedUnit } from "./emulated-unit"
import { emulatedBoard, type RuntimePaths, readRuntimeFiles } from "./runtime-files"

/** Carries the unit of a file on the emulated board. @throws InputError */
export function emulatorEngine(paths: RuntimePaths): UnitEngine {
    const runtime = readRuntimeFiles(paths)
    return ({ id }, deviceId, random) => new EmulatedUnit(emulatedBoard(id), deviceId, runtime, random)
}
