import { Board } from "../../../simulators/board/board"
import type { BoardDefinition } from "../../../simulators/board/definition"
import type { BoardProfile } from "../../../simulators/board/verifier"
import { Bus } from "../../../simulators/bus/bus"
import { type Random, randomStreams } from "../../../simulators/random"
import { VirtualUnit } from "./virtual-unit"

/** A unit that exists in the simulator only, alone on a bus with the host. */
export class SimulatedUnit extends VirtualUnit {
    readonly board: Board
    protected override readonly hostBus: Bus

    /**
     * Built without power and without a program: `board.install` or `board.restore` comes first.
     * @param deviceId of the chip, 16 hex digits
     * @param random opens the named streams that everything random in the unit is drawn from. The default is made from the chip's identifier, for
     * units that are made again and again: everybody knows their keys
     * @param metered counts what its VM does, at some cost
     */
    constructor(
        definition: BoardDefinition,
        deviceId: string,
        profile?: BoardProfile,
        random: (stream: string) => Random = randomStreams(deviceId),
        metered = false,
    ) {
        super()
        const { clock, trace } = this
        const bus = new Bus({ name: "bus", clock, trace, random: random("bus") })
        this.hostBus = bus
        this.board = new Board({ name: "unit", definition, deviceId, clock, bus, trace, random, profile, metered })
    }

    protected override switchOn(): void {
        this.board.powerOn()
    }

    protected override switchOff(): void {
        this.board.powerOff()
    }
}
