/** A hostile program on the doorbell: every pin through the GPIO API, every module on the bus. */
import * as ds from "@devicescript/core"
import { pins } from "@dsboard/doorbell_c3"
import { doItsWorst } from "./hostile-acts"

await doItsWorst(
    [
        pins.STRIKE,
        pins.HEARTBEAT,
        pins.CAPTURE,
        pins.CHIME,
        pins.BUTTON,
        pins.RELEASE,
        pins.TAMPER,
        pins.KILL_SENSE,
        pins.REC_SENSE,
    ],
    [new ds.Camera("camera"), new ds.SoundLevel("microphone")],
)
