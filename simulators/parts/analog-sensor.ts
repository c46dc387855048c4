import { z } from "zod"
import { Sensor } from "../bus/sensor"
import type { Service } from "../bus/service"
import { type Actions, action, actionWith } from "./actions"
import { BusModule } from "./module"
import type { PartContext } from "./part"

/** A sensor module with one number to tell. */
export interface AnalogSensorForm {
    kind: string
    description: string
    serviceClass: number
    /** Of the reading, as `jdpack` takes it. */
    format: string
    /** In the unit of the reading. */
    minimum: number
    maximum: number
    initial: number
    /** What it tells when it is broken: a value of the format that no sound sensor tells. */
    nonsense: number
    /** Registers beside those of every sensor. */
    extend?(service: Service): void
}

const failures = ["nonsense", "silence", "frozen"] as const
type Failure = (typeof failures)[number]

/**
 * Actions: `set` (what there is to measure, in the unit of the reading), `fail` (`nonsense`: it tells rubbish; `silence`: it stays on the
 * bus, but gives no readings; `frozen`: it goes on telling what it measured then), `repair`, `unplug`, `plug`.
 */
export function analogSensor(context: PartContext, form: AnalogSensorForm): BusModule {
    let measured = form.initial
    let frozen = form.initial
    let failure: Failure | undefined
    const reading: Record<Failure | "none", () => number | undefined> = {
        none: () => measured,
        nonsense: () => form.nonsense,
        silence: () => undefined,
        frozen: () => frozen,
    }
    const read = () => reading[failure ?? "none"]()
    const service = new Sensor(form.serviceClass, form.format, () => {
        const value = read()
        return value === undefined ? undefined : [value]
    })
    form.extend?.(service)
    const actions: Actions = {
        set: actionWith(z.number().min(form.minimum).max(form.maximum), value => {
            measured = value
        }),
        fail: actionWith(z.enum(failures), how => {
            failure = how
            frozen = measured
        }),
        repair: action(() => {
            failure = undefined
        }),
    }
    return new BusModule(context, form.kind, {
        description: form.description,
        services: [service],
        actions,
        observe: () => ({ reading: read() ?? null }),
    })
}
