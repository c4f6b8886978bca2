import Media

/// Pictures in rows and columns, with labels at the left and above.
public enum ContactSheet {
    /// - Parameters:
    ///   - rows: of pictures; each is drawn at `cell` pixels on a side.
    ///   - labels: one for each row.
    ///   - heads: one for each column.
    ///   - caption: lines above everything.
    ///   - cell: side of a picture in the sheet, in pixels.
    ///   - labelWidth: what a label may take, in pixels; longer ones are cut.
    /// - Precondition: there is a picture, each row has a label, and no row more pictures than there are heads.
    public static func picture(
        rows: [[Picture]], labels: [String], heads: [String], caption: [String] = [], cell: Int, labelWidth: Int = 200
    ) -> Picture {
        precondition(rows.count == labels.count && !rows.isEmpty && rows.allSatisfy { $0.count <= heads.count }, "labels fit")
        let gap = 2, margin = 10, scale = 2
        // Long names are cut rather than the pictures pushed away.
        let labels = labels.map { FigureLegend.fitted($0, width: labelWidth, scale: scale) }
        let left = margin + (labels.map { Canvas.width(of: $0, scale: scale) }.max() ?? 0) + 8
        let line = Canvas.lineHeight(scale: scale) + 2
        let top = margin + caption.count * line + line
        let step = cell + gap
        let widest = caption.map { Canvas.width(of: $0, scale: scale) }.max() ?? 0
        var canvas = Canvas(
            width: max(left + heads.count * step - gap + margin, widest + 2 * margin),
            height: top + rows.count * step - gap + margin)
        for (index, text) in caption.enumerated() { canvas.write(text, x: margin, y: margin + index * line, scale: scale) }
        let headScale = heads.allSatisfy { Canvas.width(of: $0, scale: scale) <= cell } ? scale : 1
        for (column, head) in heads.enumerated() {
            canvas.write(head, x: left + column * step + cell / 2, y: top - 18, scale: headScale, .grey, anchor: .middle)
        }
        for (row, pictures) in rows.enumerated() {
            canvas.write(labels[row], x: left - 8, y: top + row * step + cell / 2 - 7, scale: scale, anchor: .right)
            for (column, picture) in pictures.enumerated() {
                canvas.draw(picture.resized(width: cell, height: cell), x: left + column * step, y: top + row * step)
            }
        }
        return canvas.picture
    }
}
