import { jacdac } from "../../../simulators/bus/jacdac"
import type { Peer } from "./peer"

/** The runtime takes the size of its padded structure, 16 bytes, for that of what comes before the role's name, 9. */
const PADDING = Buffer.alloc(7)

/** Has the runtime's role manager bind a role to a service, of whatever class. */
export function bindRole(peer: Peer, chip: string, role: string, module: string): void {
    const index = 1 + peer.devices.get(chip)!.indexOf(jacdac.SRV_ROLE_MANAGER)
    const [deviceId, service] = module.split("/")
    const setRole = Buffer.concat([
        Buffer.from(deviceId, "hex"),
        Buffer.of(Number(service)),
        Buffer.from(role),
        PADDING,
    ])
    peer.command(chip, index, jacdac.RoleManagerCmd.SetRole, setRole)
}
