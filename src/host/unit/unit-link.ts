import type { FieldValue } from "../../../simulators/bus/service-spec"
import type { Json } from "../../../simulators/trace"

/** A device, as a host reaches it: through the commands and registers of services/domovoi.md. */
export interface UnitLink {
    /** @throws LinkError */
    get(register: string): Promise<Json>
    /**
     * Sends a command and waits for its report. A command that got no answer may have been carried out.
     * @throws LinkError
     */
    call(command: string, values?: Record<string, FieldValue>): Promise<Record<string, FieldValue>>
    /** SHA-256 of the installed program in lowercase hex, as the runtime measures it. @throws LinkError */
    programSha256(): Promise<string>
    /** Lets the device's time go on. */
    wait(ms: number): Promise<void>
    close(): Promise<void>
}

/** The device does not answer. */
export class LinkError extends Error {}
