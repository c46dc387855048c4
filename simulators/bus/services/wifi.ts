import { jacdac } from "../jacdac"
import { Service, type ServiceHost } from "../service"

const { SRV_WIFI, WifiCmd, WifiEvent } = jacdac

/** The settings of the chip's C runtime. */
export interface ChipSettings {
    get(key: string): string | undefined
    set(key: string, value: string): void
}

/** Where the runtime keeps the one network that it knows. */
const SSID = "wifi_ssid"
const PASSWORD = "wifi_psk"

/**
 * Jacdac Wi-Fi service as far as the runtime keeps credentials in its settings (`wifi.c` of devicescript), one network at a time. It never
 * connects. To forget a network is to forget it in RAM: the settings keep it, and the next start knows it again.
 */
export class WifiService extends Service {
    /** As an onlooker with the runtime's log would know it. */
    ssid: string | undefined
    readonly #settings: ChipSettings

    constructor(settings: ChipSettings) {
        super(SRV_WIFI)
        this.#settings = settings
        this.command(WifiCmd.AddNetwork, "z z", 2, ([ssid, password]) => {
            if (ssid) this.#add(ssid, password ?? "")
        })
        this.command(WifiCmd.ForgetNetwork, "s", 1, ([ssid]) => {
            if (ssid === this.ssid) this.#forget()
        })
        this.command(WifiCmd.ForgetAllNetworks, "", 0, () => this.#forget())
    }

    override start(host: ServiceHost): void {
        super.start(host)
        this.ssid = this.#settings.get(SSID)
    }

    #add(ssid: string, password: string): void {
        this.ssid = ssid
        this.#settings.set(SSID, ssid)
        this.#settings.set(PASSWORD, password)
        this.event(WifiEvent.NetworksChanged)
    }

    #forget(): void {
        if (this.ssid === undefined) return
        this.ssid = undefined
        this.event(WifiEvent.NetworksChanged)
    }
}
