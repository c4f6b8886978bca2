/// Which square of its picture a page wants as its portrait: middle and side, in pixels of the picture.
struct CropWish: Decodable {
    let x, y, side: Float
}
