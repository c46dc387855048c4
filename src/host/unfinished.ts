import { rmSync } from "node:fs"

/** Files and folders that are only there while something is under way. */
const paths = new Set<string>()

export const unfinished = {
    begin: (path: string): void => void paths.add(path),
    end: (path: string): void => void paths.delete(path),
    /** For a process that is told to end: removes what is under way. */
    clear(): void {
        for (const path of paths)
            try {
                rmSync(path, { recursive: true, force: true })
            } catch {
                // Somebody took away the right to; nothing reads it.
            }
        paths.clear()
    },
}
