import type { FieldValue } from "../../../simulators/bus/service-spec"
import type { Circuit } from "../../../simulators/circuit/circuit"
import type { Json } from "../../../simulators/trace"
import type { WholeLink } from "../unit/unit-link"
import type { Fixture } from "./fixture"

/** A memory of the device, as a clip on its pins reads it. */
export interface MemoryDump {
    /** `flash`, or the part that it is of. */
    name: string
    bytes: Uint8Array
}

/** What is printed on a unit, for whoever pairs with it. */
export interface Label {
    serial: string
    /** The pairing secret, as `pairingCode` writes it. */
    code: string
}

/** Services of a device beside `domovoi`, which the link is for. */
export type Service = "domovoi" | "owner" | "privacy"

/** A device under test and what is around it. Whoever calls what the bench cannot do gets an error: tests say first what they need. */
export interface Bench {
    /** As it was given: `sim:valve_pico/gas-valve`, `serial:/dev/ttyACM0`. */
    readonly target: string
    readonly can: ReadonlySet<Fixture>
    readonly link: WholeLink
    /** Fixture `drawing`: the circuit of the board, as its file has it. */
    readonly circuit?: Circuit
    /**
     * Brings the device to where every test begins: as it came, switched on, its program answering.
     * @param test that begins, so that what is random does not depend on the tests before it; left out by a test that begins anew
     * @throws LinkError
     */
    begin(test?: string): Promise<void>
    /**
     * Sends a command to a service, as whoever is on the bus: inside no session.
     * @returns its report @throws LinkError
     */
    ask(service: Service, command: string, values?: Record<string, FieldValue>): Promise<Record<string, FieldValue>>
    /** Milliseconds of the device's time. */
    nowMs(): number
    /** Fixture `supply`. The link has to find the device again. */
    supply(on: boolean): Promise<void>
    /** Fixture `days`: so many seconds of the device's time go by, in which nobody looks. */
    pass(seconds: number): Promise<void>
    /** Fixtures `hands` and `faults`: something is done to a part. */
    act(part: string, action: string, argument?: Json): Promise<void>
    /** Fixture `meter`: what an onlooker sees of a part. */
    observe(part: string): Promise<Record<string, Json>>
    /** Fixture `dump`. Switches the device off. */
    dump(): Promise<MemoryDump[]>
    /** Fixture `rewrite`. Switches the device off; memories that are not given stay as they are. */
    rewrite(memories: readonly MemoryDump[]): Promise<void>
    /** Fixture `units`. Another unit of the same model from the same factory, the first of which is 1. Whoever asked for it closes it. */
    unit(number: number): Promise<Bench>
    /** Fixture `label`: what is printed on the unit. */
    label(): Promise<Label>
    /** Fixture `listener`. @returns frames heard since `begin`, and when, in milliseconds of the device's time */
    heard(): readonly { atMs: number; frame: Uint8Array }[]
    /** Fixture `peer`. */
    send(frame: Uint8Array): Promise<void>
    close(): Promise<void>
}
