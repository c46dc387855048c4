import { z } from "zod"
import { Atecc608 } from "./atecc608"
import { Buzzer } from "./buzzer"
import { camera } from "./camera"
import { buttonModule, switchModule } from "./contact-module"
import { Fram } from "./fram"
import { gasSensor } from "./gas-sensor"
import { Lock } from "./lock"
import { microphone } from "./microphone"
import { buzzerModule, lightBulbModule, relayModule } from "./output-module"
import type { Part, PartContext } from "./part"
import { Relay } from "./relay"
import { temperatureSensor } from "./temperature-sensor"
import { Valve } from "./valve"

const net = z.string().min(1)

/** Where a component is: with the chip, or where strangers reach its wires. A board that is all in one place leaves it out. */
export const side = z.enum(["inside", "outside"]).optional()
export type Side = NonNullable<z.infer<typeof side>>

/** Fed by one net. */
const fed = <K extends string>(kind: K) => z.strictObject({ kind: z.literal(kind), power: net, side })
/** Fed by one net and switched by another. */
const switched = <K extends string>(kind: K) => z.strictObject({ kind: z.literal(kind), power: net, drive: net, side })
/** Fed by the very net that switches it. */
const driven = <K extends string>(kind: K) => z.strictObject({ kind: z.literal(kind), drive: net, side })

/** What a circuit file may list under `parts`: for each kind, the nets it needs and its options. */
const schemas = [
    fed("atecc608"),
    fed("button-module"),
    driven("buzzer"),
    fed("buzzer-module"),
    fed("camera"),
    fed("fram").extend({ address: z.int().min(0x08).max(0x77) }),
    fed("gas-sensor"),
    fed("light-bulb-module"),
    switched("lock"),
    fed("microphone"),
    switched("relay"),
    fed("relay-module"),
    fed("switch-module"),
    fed("temperature-sensor"),
    switched("valve"),
] as const

export const partKinds: readonly string[] = schemas.map(schema => schema.shape.kind.value)

export const partSchema = z.discriminatedUnion("kind", schemas, {
    error: `no such kind of part; kinds are ${partKinds.join(", ")}`,
})

export type PartDescription = z.infer<typeof partSchema>

const builders: {
    [K in PartDescription["kind"]]: (context: PartContext, description: Extract<PartDescription, { kind: K }>) => Part
} = {
    atecc608: context => new Atecc608(context),
    "button-module": buttonModule,
    buzzer: context => new Buzzer(context),
    "buzzer-module": buzzerModule,
    camera,
    fram: (context, { address }) => new Fram(context, address),
    "gas-sensor": gasSensor,
    "light-bulb-module": lightBulbModule,
    lock: context => new Lock(context),
    microphone,
    relay: context => new Relay(context),
    "relay-module": relayModule,
    "switch-module": switchModule,
    "temperature-sensor": temperatureSensor,
    valve: context => new Valve(context),
}

export function buildPart(context: PartContext, description: PartDescription): Part {
    const build = builders[description.kind] as (context: PartContext, description: PartDescription) => Part
    return build(context, description)
}
