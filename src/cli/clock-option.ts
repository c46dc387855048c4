import { Option } from "commander"

/** Of every command that dates something for good. */
export function clockIsRightOption(): Option {
    return new Option(
        "--clock-is-right",
        "believe this machine's clock although something that is known speaks against it",
    )
}
