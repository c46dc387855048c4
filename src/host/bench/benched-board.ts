/** A board that benchmark programs are given to: on a serial port, or simulated. */
import type { BoardDefinition } from "../../../simulators/board/definition"
import { LogReader } from "../../../simulators/emulator/log-reader"
import { RemoteUnit } from "../unit/remote-unit"
import { SerialBridge } from "../unit/serial-bridge"
import { SimulatedUnit } from "../unit/simulated-unit"
import type { InstallLink, Waiting } from "../unit/unit-link"

export interface BenchedBoard {
    link: Pick<InstallLink, "chip" | "install" | "programSha256" | "wait" | "close">
    /** Hears the lines of the runtime's log. */
    onLine: (line: string) => void
}

/** @throws InputError; LinkError if nobody answers */
export async function boardAtPort(port: string, waiting?: Waiting): Promise<BenchedBoard> {
    let board: BenchedBoard | undefined
    const log = new LogReader(line => board?.onLine(line))
    const bridge = await SerialBridge.open(port, undefined, bytes => log.push(bytes))
    board = { link: new RemoteUnit(bridge, waiting), onLine: () => {} }
    return board
}

/** Of the chip of a simulated board. */
const DEVICE_ID = "be4c4be4c4be4c40"

/** A board without a program, in its own time. */
export async function simulatedBoard(definition: BoardDefinition): Promise<BenchedBoard> {
    const link = new SimulatedUnit(definition, DEVICE_ID)
    const board: BenchedBoard = { link, onLine: () => {} }
    link.trace.watch(({ kind, line }) => {
        if (kind === "log") board.onLine(String(line))
    })
    await link.connect()
    return board
}
