import { join } from "node:path"
import { buildFirmware, type Firmware } from "../build/firmware"
import { sdkRoot } from "../sdk-root"

/** Programs of `devs/bench` that are our own; each has what fits one image. */
export const PROGRAMS = ["hashes", "ciphers", "slhdsa", "curve25519", "p256"] as const

/** Compiles a program of `devs/bench`, as devices are compiled. @throws BuildError */
export function buildBenchmark(program: string): Promise<Firmware> {
    return buildFirmware(join(sdkRoot, "devs/bench", `${program}.ts`))
}
