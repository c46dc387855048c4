import type { BoardDefinition } from "../../../simulators/board/definition"
import { Bus } from "../../../simulators/bus/bus"
import { EmulatedBoard, type RuntimeFiles } from "../../../simulators/emulator/board"
import { UsbCable } from "../../../simulators/emulator/usb-cable"
import type { Random } from "../../../simulators/random"
import { VirtualUnit } from "../unit/virtual-unit"

/** A unit whose chip carries out the runtime's machine code. The host is at its USB connector, in the unit's own time: no limit runs out because
 * this machine is slow. */
export class EmulatedUnit extends VirtualUnit {
    readonly board: EmulatedBoard
    /** Of the board's modules. */
    readonly bus: Bus
    protected override readonly hostBus: Bus

    /**
     * Built without power and without a program: `board.install` or `board.restore` comes first.
     * @param random opens the named streams that everything random in the unit is drawn from
     */
    constructor(
        definition: BoardDefinition,
        deviceId: string,
        runtime: RuntimeFiles,
        random: (stream: string) => Random,
    ) {
        super()
        const { clock, trace } = this
        this.bus = new Bus({ name: "bus", clock, trace, random: random("bus") })
        this.hostBus = new Bus({ name: "desk", clock, trace, random: random("desk") })
        this.board = new EmulatedBoard({
            name: "unit",
            definition,
            deviceId,
            runtime,
            clock,
            bus: this.bus,
            trace,
            random,
            usb: true,
        })
        new UsbCable({ bus: this.hostBus, board: this.board, clock })
    }

    protected override switchOn(): void {
        this.board.powerOn()
    }

    protected override switchOff(): void {
        this.board.powerOff()
    }
}
