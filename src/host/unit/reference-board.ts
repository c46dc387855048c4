import { join } from "node:path"
import { type BoardDefinition, loadBoard } from "../../../simulators/board/definition"
import { sdkRoot } from "../sdk-root"

/** A board that comes with the SDK. @throws DocumentError if there is none of that name */
export function referenceBoard(id: string): BoardDefinition {
    return loadBoard(id, join(sdkRoot, "boards"))
}
