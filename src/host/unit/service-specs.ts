import { readFileSync } from "node:fs"
import { join } from "node:path"
import { ServiceSpec } from "../../../simulators/bus/service-spec"
import { sdkRoot } from "../sdk-root"

const specOf = (service: string) => new ServiceSpec(readFileSync(join(sdkRoot, `services/${service}.md`), "utf8"))

/** The services that programs of the SDK have. */
export const SERVICES = { domovoi: specOf("domovoi"), owner: specOf("owner"), privacy: specOf("privacy") }

export type ServiceName = keyof typeof SERVICES
