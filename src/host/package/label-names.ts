/** What the draft calls the labels of manifests, for those that a device does not know, too. Looked up by whatever stands there. */
import { CHECK_BOARD, CHECK_RUNTIME } from "../../core/suit/labels"

export const MANIFEST_LABELS: ReadonlyMap<unknown, string> = new Map([
    [1, "version"],
    [2, "sequence number"],
    [3, "common"],
    [4, "reference URI"],
    [7, "validate"],
    [8, "load"],
    [9, "invoke"],
    [16, "payload fetch"],
    [20, "install"],
    [23, "text"],
])

export const COMMON_LABELS: ReadonlyMap<unknown, string> = new Map([
    [2, "components"],
    [4, "shared sequence"],
])

export const COMMAND_LABELS: ReadonlyMap<unknown, string> = new Map([
    [1, "check vendor identifier"],
    [2, "check class identifier"],
    [3, "check image match"],
    [5, "check component slot"],
    [6, "check content"],
    [12, "set component index"],
    [14, "abort"],
    [15, "try each"],
    [18, "write"],
    [20, "override parameters"],
    [21, "fetch"],
    [22, "copy"],
    [23, "invoke"],
    [24, "check device identifier"],
    [31, "swap"],
    [32, "run sequence"],
    [CHECK_BOARD, "check board (Domovoi)"],
    [CHECK_RUNTIME, "check runtime (Domovoi)"],
])

export const PARAMETER_LABELS: ReadonlyMap<unknown, string> = new Map([
    [1, "vendor identifier"],
    [2, "class identifier"],
    [3, "image digest"],
    [5, "component slot"],
    [12, "strict order"],
    [13, "soft failure"],
    [14, "image size"],
    [18, "content"],
    [21, "URI"],
    [22, "source component"],
    [23, "invoke arguments"],
    [24, "device identifier"],
    [25, "fetch arguments"],
    [CHECK_BOARD, "board (Domovoi)"],
    [CHECK_RUNTIME, "runtime (Domovoi)"],
])
