import { jacdac } from "../jacdac"
import { Service, type ServiceHost } from "../service"

const { RelayReg, SRV_RELAY } = jacdac

/** Jacdac relay service, as jacdac-c's relay.c behaves: it keeps its state until told otherwise, whatever becomes of its client. */
export class RelayService extends Service {
    #active = false
    readonly #initial: boolean
    readonly #energise: (active: boolean) => void

    constructor(options: { energise: (active: boolean) => void; initialActive?: boolean; instanceName?: string }) {
        super(SRV_RELAY, options.instanceName)
        this.#energise = options.energise
        this.#initial = options.initialActive ?? false
        this.register(
            RelayReg.Active,
            "u8",
            () => [this.#active ? 1 : 0],
            ([active]) => this.#set(active !== 0),
        )
    }

    override start(host: ServiceHost): void {
        super.start(host)
        this.#set(this.#initial)
    }

    #set(active: boolean): void {
        this.#active = active
        this.#energise(active)
    }
}
