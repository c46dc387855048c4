/** RFC 9052, appendix C.2.1: one ECDSA signature. */
export const SIGNATURE = Buffer.from(
    "8eb33e4ca31d1c465ab05aac34cc6b23d58fef5c083106c4d25a91aef0b0117e" +
        "2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36",
    "hex",
)
