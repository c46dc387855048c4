/** A hostile program on the gas valve whose accomplices are servers of the chip: they outlive it, each on a pin of theirs. */
import * as ds from "@devicescript/core"
import { startBuzzer, startRelay } from "@devicescript/servers"
import { pins } from "@dsboard/valve_pico"
import { doItsWorst } from "./hostile-acts"

const servers = [startRelay({ pin: pins.VALVE }), startBuzzer({ pin: pins.LED })]

await doItsWorst([pins.HEARTBEAT, pins.BUTTON], [...servers, new ds.CombustibleGas("gas")])
