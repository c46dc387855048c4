/** Camera module (an OV2640 behind a microcontroller): takes one still at a time, by the service of `services/camera.md`. */

import { Service, type ServiceHost } from "../bus/service"
import { US_PER_MS } from "../clock"
import { action } from "./actions"
import { BusModule } from "./module"
import type { PartContext } from "./part"

export const SRV_CAMERA = 0x1d0a7a30
const CMD_CAPTURE = 0x80
const REG_FRAMES_TAKEN = 0x180
const REG_WIDTH = 0x181
const REG_HEIGHT = 0x182

/** UXGA, the largest picture of an OV2640, which it delivers at up to 15 frames a second. */
const WIDTH_PX = 1600
const HEIGHT_PX = 1200
const CAPTURE_US = 67 * US_PER_MS

/** Actions: `cover` and `uncover` the lens (the pictures are black), `unplug`, `plug`. */
export function camera(context: PartContext): BusModule {
    const service = new CameraService(frame => context.note("picture", { frame, covered }))
    let covered = false
    return new BusModule(context, "camera", {
        description: "Camera",
        services: [service],
        actions: {
            cover: action(() => {
                covered = true
            }),
            uncover: action(() => {
                covered = false
            }),
        },
        observe: () => ({ frames: service.taken, covered }),
    })
}

class CameraService extends Service {
    /** Pictures over the module's whole life, which its maker counts, not its firmware. */
    taken = 0
    #framesSincePower = 0
    #busy = false

    constructor(onPicture: (frame: number) => void) {
        super(SRV_CAMERA)
        this.register(REG_FRAMES_TAKEN, "u32", () => [this.#framesSincePower])
        this.register(REG_WIDTH, "u16", () => [WIDTH_PX])
        this.register(REG_HEIGHT, "u16", () => [HEIGHT_PX])
        this.command(CMD_CAPTURE, "", 0, () => this.#capture(onPicture))
    }

    override start(host: ServiceHost): void {
        super.start(host)
        this.#framesSincePower = 0
        this.#busy = false
    }

    /** A request while a picture is being taken is lost. */
    #capture(onPicture: (frame: number) => void): void {
        if (this.#busy) return
        this.#busy = true
        this.host!.after(CAPTURE_US, () => {
            this.#busy = false
            this.taken++
            const frame = ++this.#framesSincePower
            onPicture(frame)
            this.report(CMD_CAPTURE, "u32", [frame])
        })
    }
}
