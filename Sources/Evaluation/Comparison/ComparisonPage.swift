import Animation
import Foundation

/// The page of a comparison: one file of HTML that holds every picture, video and number, and needs nothing from elsewhere.
struct ComparisonPage {
    private let report: ComparisonReport
    private let sources, drivings: Int

    /// - Parameters:
    ///   - sources: how many there are.
    ///   - drivings: how many there are.
    init(_ report: ComparisonReport, sources: Int, drivings: Int) {
        (self.report, self.sources, self.drivings) = (report, sources, drivings)
    }

    /// - Parameter folder: where the report's files are.
    /// - Throws: `FileError` when one of the files cannot be read.
    func html(folder: String) throws -> String {
        let embedded = ReportPage(folder: folder, largestFile: 1 << 30).embedded
        let title = "Transfer compared: \(report.variants.count) ways, \(report.models.joined(separator: ", "))"
        var page = ReportPage.head(title: title, style: Self.style)
        page += """
            <header>
            <h1>\(ReportPage.escaped(title))</h1>
            <p>Absolute transfer takes the driving pose as it is, z + D·a<sub>t</sub>; relative transfer adds its change since a \
            reference frame, z + D·(a<sub>t</sub> − a<sub>ref</sub> + a<sub>source</sub>). The pictures are synthetic.</p>
            </header>
            <main>

            """
        if report.pairs.count > 1 {
            page += """
                <section>
                <h2>All pairs</h2>
                <div class="wide"><img src="\(try embedded(ComparisonFiles.matrix))" alt="Every source and variant by every driving video"></div>
                <ol>
                \(report.pairs.enumerated().map { "<li><a href=\"#pair-\($0 + 1)\">\(Self.title($1))</a></li>" }.joined(separator: "\n"))
                </ol>
                </section>

                """
        }
        for (number, pair) in report.pairs.enumerated() {
            let files = ComparisonFiles(source: number / drivings, driving: number % drivings)
            let name = Self.title(pair)
            page += """
                <section id="pair-\(number + 1)">
                <h2>\(name)</h2>
                <div class="wide"><video src="\(try embedded(files.video))" controls loop muted playsinline \
                aria-label="\(name), all variants side by side"></video></div>
                \(table(pair, name))
                <div class="wide"><img src="\(try embedded(files.sheet))" alt="\(name): a variant a row, frames across"></div>

                """
            for (model, motion) in pair.motions.enumerated() {
                let figures = files.figures(model: model), of = ReportPage.escaped(motion.model)
                page += """
                    <h3>Paths in the latent space of \(of)</h3>
                    <div class="figures">
                    <img src="\(try embedded(figures.axes))" alt="\(name): the two leading axes, model \(of)">
                    <img src="\(try embedded(figures.distance))" alt="\(name): distance from the source over time, model \(of)">
                    <img src="\(try embedded(figures.magnitudes))" alt="\(name): magnitudes over time, model \(of)">
                    </div>

                    """
                let levels = files.levels(model: model)
                if FileManager.default.fileExists(atPath: (folder as NSString).appendingPathComponent(levels)) {
                    page += """
                        <h3>Level by level in \(of), where the driving video has moved most</h3>
                        <div class="wide"><img src="\(try embedded(levels))" alt="\(name): picture, flow and mask of every level, model \(of)"></div>

                        """
                }
            }
            page += "</section>\n"
        }
        page += """
            <section>
            <h2>What the numbers are</h2>
            <dl>
            <dt>Moves</dt><dd>distance of the magnitudes from the source's own, in the model's latent space, mean over frames</dd>
            <dt>Identity drift</dt><dd>distance of the result's code z, encoded again, from the source's; 0 is the same person</dd>
            <dt>Motion error</dt><dd>distance of the result's magnitudes, encoded again, from those that it was made with</dd>
            <dt>Change</dt><dd>mean absolute change of a pixel from frame to frame, in levels of 255</dd>
            <dt>From driving</dt><dd>mean absolute difference of a pixel from the driving frame, in levels of 255: an error where \
            both show one person</dd>
            </dl>
            <p>Numbers of one model compare with each other; another model has another latent space.</p>
            </section>
            </main>
            </body>
            </html>

            """
        return page
    }

    /// A pair's variants in numbers.
    private func table(_ pair: ComparisonReport.Pair, _ name: String) -> String {
        var rows: [String] = []
        for path in pair.paths {
            let variant = report.variants[path.variant]
            let cells = [
                path.referenceFrame.map { "frame \($0)" } ?? "–", String(format: "%.2f", path.meanDistance),
                path.meanIdentityDrift.map { String(format: "%.2f", $0) } ?? "–", String(format: "%.2f", path.meanMotionError),
                String(format: "%.2f", 255 * path.meanChange), String(format: "%.2f", 255 * path.meanDrivingDifference),
            ]
            rows.append(
                "<tr><th scope=\"row\">\(ReportPage.escaped(variant.label))</th>" + cells.map { "<td>\($0)</td>" }.joined() + "</tr>")
        }
        return """
            <div class="wide"><table>
            <caption>\(name), means over \(pair.times.count) frames</caption>
            <thead><tr><th scope="col">Variant</th><th scope="col">Reference</th><th scope="col">Moves</th>\
            <th scope="col">Identity drift</th><th scope="col">Motion error</th><th scope="col">Change</th>\
            <th scope="col">From driving</th></tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody></table></div>
            """
    }

    private static func title(_ pair: ComparisonReport.Pair) -> String {
        "\(ReportPage.escaped(pair.source)) by \(ReportPage.escaped(pair.driving))"
    }

    private static let style = """
        :root { color-scheme: light dark; --paper: #fff; --ink: #1b1b1f; --soft: #5d5d66; --line: #d9d9e0; }
        @media (prefers-color-scheme: dark) { :root { --paper: #15151a; --ink: #ececf1; --soft: #a0a0ab; --line: #34343d; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1rem; max-width: 84rem; background: var(--paper); color: var(--ink);
          font: 1rem/1.45 system-ui, sans-serif; }
        h1 { font-size: 1.6rem; margin: 0.5rem 0; }
        h2 { font-size: 1.25rem; margin: 0 0 0.5rem; overflow-wrap: anywhere; }
        h3 { font-size: 1rem; margin: 1rem 0 0.5rem; }
        section { margin-top: 2rem; }
        section[id] { border-top: 1px solid var(--line); padding-top: 1rem; }
        .wide { overflow-x: auto; margin-bottom: 1rem; }
        .wide img { display: block; }
        img { background: #fff; border-radius: 0.25rem; }
        video { display: block; width: 100%; height: auto; border-radius: 0.25rem; }
        .wide video { min-width: 36rem; }
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); gap: 0.75rem;
          align-items: start; }
        .figures img { display: block; width: 100%; height: auto; max-width: 660px; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        caption { text-align: left; color: var(--soft); font-size: 0.9rem; }
        th, td { border-bottom: 1px solid var(--line); padding: 0.25rem 0.75rem; text-align: right; white-space: nowrap; }
        th:first-child { text-align: left; }
        a { color: inherit; }
        a:focus-visible, video:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
        dt { font-weight: 600; }
        dd { margin: 0 0 0.3rem; color: var(--soft); }
        @media print {
          :root { --paper: #fff; --ink: #000; --soft: #333; --line: #bbb; color-scheme: light; }
          body { max-width: none; padding: 0; font-size: 9pt; }
          .wide video { display: none; }
          .wide { overflow: visible; }
          .wide img { max-width: 100%; height: auto; }
          .figures { grid-template-columns: 1fr 1fr; }
          tr, dl, .figures img { break-inside: avoid; }
        }
        """
}
