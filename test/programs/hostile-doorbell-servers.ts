/** A hostile program on the doorbell whose accomplices are servers of the chip: they outlive it, each on a pin of theirs. */
import * as ds from "@devicescript/core"
import { startBuzzer, startLightBulb, startRelay } from "@devicescript/servers"
import { pins } from "@dsboard/doorbell_c3"
import { doItsWorst } from "./hostile-acts"

const servers = [
    startRelay({ pin: pins.CAPTURE }),
    startLightBulb({ pin: pins.STRIKE }),
    startBuzzer({ pin: pins.REC_SENSE }),
]

await doItsWorst(
    [pins.HEARTBEAT, pins.CHIME, pins.BUTTON, pins.RELEASE, pins.TAMPER, pins.KILL_SENSE],
    [...servers, new ds.Camera("camera"), new ds.SoundLevel("microphone")],
)
