/** A hostile program on the gas valve: every pin through the GPIO API, every module on the bus. */
import * as ds from "@devicescript/core"
import { pins } from "@dsboard/valve_pico"
import { doItsWorst } from "./hostile-acts"

await doItsWorst([pins.VALVE, pins.HEARTBEAT, pins.LED, pins.BUTTON], [new ds.CombustibleGas("gas")])
