import Foundation

/// The page of an atlas: one file of HTML that holds every picture, clip and number, and needs nothing from elsewhere.
struct AtlasPage {
    /// - Parameters:
    ///   - folder: where the atlas's files are.
    ///   - title: what to call a direction on the page, such as "8 nod".
    /// - Throws: `FileError` when one of the files cannot be read.
    func html(_ report: AtlasReport, folder: String, title: (Int) -> String) throws -> String {
        let embedded = ReportPage(folder: folder, largestFile: 1 << 28).embedded
        let range =
            report.amounts.map { "from \(AtlasJob.text($0.first!)) to \(AtlasJob.text($0.last!))" }
            ?? "over each direction\u{2019}s own range"
        let source = ReportPage.escaped(URL(fileURLWithPath: report.source).lastPathComponent)
        let base: String
        switch SweepBase(report.base) {
        case .own: base = "its own motion"
        case .zero: base = "the canonical pose (all magnitudes 0)"
        case .file(let path): base = "the motion of \(ReportPage.escaped(URL(fileURLWithPath: path).lastPathComponent))"
        }
        var page = ReportPage.head(title: "Directions of \(report.model)", style: Self.style)
        page += """
            <header>
            <h1>Directions of \(ReportPage.escaped(report.model))</h1>
            <p>\(source), from \(base), plus α·d<sub>i</sub> with α \(range) in \(report.steps) steps. \
            \(report.directions.count) of \(report.directionCount) directions. The pictures are synthetic.</p>
            <p class="tools"><button type="button" id="motion">Pause the clips</button></p>
            </header>
            <main>
            <section aria-label="Directions" class="cards">

            """
        for row in report.directions {
            let files = AtlasJob.files(row.number)
            let name = ReportPage.escaped(title(row.number))
            let s = row.statistics, amounts = row.amounts ?? report.amounts!
            let (low, high) = (AtlasJob.text(amounts.first!), AtlasJob.text(amounts.last!))
            page += """
                <article id="direction-\(row.number)">
                <h2>\(name)</h2>
                <div class="ends">
                <figure><img src="\(try embedded(files.low))" alt="Direction \(name) at α = \(low)">
                <figcaption>α = \(low)</figcaption></figure>
                <figure class="clip"><video src="\(try embedded(files.clip))" muted loop playsinline preload="auto" \
                aria-label="Direction \(name) swept from α = \(low) to \(high) and back"></video>
                <figcaption>to and fro</figcaption></figure>
                <figure><img src="\(try embedded(files.high))" alt="Direction \(name) at α = \(high)">
                <figcaption>α = \(high)</figcaption></figure>
                </div>
                <div class="maps">
                \(s.reach == nil ? "" : "<img src=\"\(try embedded(files.flow))\" alt=\"Where things move along direction \(name)\">\n")\
                <img src="\(try embedded(files.heat))" alt="Where the picture changes along direction \(name)">
                </div>
                <p class="numbers">\(Self.number(s.energy)) levels per unit of α; half of it in \(Self.percent(s.share)) of the \
                picture; moves up to \(Self.percent(s.reach)) of the side, linear \(Self.number(s.motionLinearity)), \
                symmetric \(Self.number(s.motionSymmetry))\
                \(row.usefulLow.map { "; useful from \(AtlasJob.text($0)) to \(AtlasJob.text(row.usefulHigh!))" } ?? "")</p>
                </article>

                """
        }
        page += """
            </section>
            <section>
            <h2>All at once</h2>
            <div class="wide"><img src="\(try embedded("sheet.png"))" alt="Contact sheet: a direction a row, α across"></div>
            </section>
            \(try levels(report, folder, embedded, title))<section>
            <h2>In numbers</h2>
            <div class="wide"><table>
            <thead><tr><th scope="col">Direction</th><th scope="col">Energy</th><th scope="col">Center</th><th scope="col">Box</th>\
            <th scope="col">Share</th><th scope="col">Linearity</th><th scope="col">Symmetry</th><th scope="col">Reach</th>\
            <th scope="col">of motion: Linearity</th><th scope="col">Symmetry</th></tr>
            </thead>
            <tbody>

            """
        for row in report.directions {
            let s = row.statistics
            page += """
                <tr><th scope="row"><a href="#direction-\(row.number)">\(ReportPage.escaped(title(row.number)))</a></th>\
                <td>\(Self.number(s.energy))</td>\
                <td>\(s.center.map { "\(Self.percent($0.x)), \(Self.percent($0.y))" } ?? "–")</td>\
                <td>\(s.box.map { "\(Self.span($0.left, $0.right)), \(Self.span($0.top, $0.bottom))" } ?? "–")</td>\
                <td>\(Self.percent(s.share))</td><td>\(Self.number(s.linearity))</td><td>\(Self.number(s.symmetry))</td>\
                <td>\(Self.percent(s.reach))</td>\
                <td>\(Self.number(s.motionLinearity))</td><td>\(Self.number(s.motionSymmetry))</td></tr>

                """
        }
        page += """
            </tbody></table></div>
            <dl>
            <dt>Energy</dt><dd>mean change of the picture for a unit of α, in levels of 255</dd>
            <dt>Center, box</dt><dd>the change's centroid, and where 90% of it lies across and down, from the upper left corner</dd>
            <dt>Share</dt><dd>the smallest part of the picture that holds half of the change: small is local</dd>
            <dt>Linearity</dt><dd>1 where the change is α times one fixed change; in the picture, moving edges keep it below 1</dd>
            <dt>Symmetry</dt><dd>1 where −α does the opposite of α, −1 where both do the same</dd>
            <dt>Reach</dt><dd>how far the fastest hundredth of the picture moves at the highest α, as a fraction of its side</dd>
            </dl>
            </section>
            \(try gram(report, embedded))</main>
            <script>
            \(Self.script)
            </script>
            </body>
            </html>

            """
        return page
    }

    /// The section about the canonical pose and the network's levels; of the levels nothing for a network that shows none.
    private func levels(_ report: AtlasReport, _ folder: String, _ embedded: (String) throws -> String, _ title: (Int) -> String) throws
        -> String
    {
        func sheet(_ name: String, _ alternative: String) throws -> String? {
            guard FileManager.default.fileExists(atPath: (folder as NSString).appendingPathComponent(name)) else { return nil }
            return "<div class=\"wide\"><img src=\"\(try embedded(name))\" alt=\"\(alternative)\"></div>"
        }
        var section = """
            <section>
            <h2>The canonical pose, and level by level</h2>
            <p>The picture that the generator makes without any motion, x<sub>r</sub>.</p>
            <img class="plain" src="\(try embedded(AtlasJob.canonical))" alt="The canonical pose">

            """
        if let own = try sheet(AtlasJob.levels, "Picture, flow and mask of every level") { section += own + "\n" }
        for row in report.directions {
            let name = ReportPage.escaped(title(row.number))
            guard let levels = try sheet(AtlasJob.files(row.number).levels, "Direction \(name), level by level") else { continue }
            section += "<details><summary>Direction \(name), level by level</summary>\n\(levels)\n</details>\n"
        }
        return section + "</section>\n"
    }

    /// The section about the dictionary's Gram matrix; empty for a family without a dictionary.
    private func gram(_ report: AtlasReport, _ embedded: (String) throws -> String) throws -> String {
        guard let deviation = report.gramDeviation else { return "" }
        return """
            <section>
            <h2>Orthonormal?</h2>
            <p>DᵀD of the dictionary: the identity but for \(String(format: "%.1e", deviation)) at most.</p>
            <div class="wide"><img class="plain" src="\(try embedded("gram.png"))" alt="The Gram matrix of the directions"></div>
            </section>

            """
    }

    private static func number(_ value: Double?) -> String {
        value.map { String(format: abs($0) < 10 ? "%.2f" : "%.1f", $0).replacing("-", with: "−") } ?? "–"
    }

    private static func percent(_ value: Double?) -> String {
        value.map { String(format: $0 < 0.1 ? "%.1f%%" : "%.0f%%", $0 * 100) } ?? "–"
    }

    private static func span(_ from: Double, _ to: Double) -> String { "\(percent(from))–\(percent(to))" }

    private static let style = """
        :root { color-scheme: light dark; --paper: #fff; --ink: #1b1b1f; --soft: #5d5d66; --line: #d9d9e0; --card: #f6f6f9; }
        @media (prefers-color-scheme: dark) {
          :root { --paper: #15151a; --ink: #ececf1; --soft: #a0a0ab; --line: #34343d; --card: #1e1e25; }
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1rem; max-width: 90rem; background: var(--paper); color: var(--ink);
          font: 1rem/1.45 system-ui, sans-serif; }
        h1 { font-size: 1.6rem; margin: 0.5rem 0; }
        h2 { font-size: 1.15rem; margin: 0 0 0.5rem; }
        section { margin-top: 2rem; }
        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(36rem, 100%), 1fr)); gap: 1rem; }
        article { background: var(--card); border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.75rem;
          break-inside: avoid; }
        article:target { outline: 2px solid currentColor; }
        .ends { display: grid; grid-template-columns: 1fr 1.4fr 1fr; gap: 0.5rem; align-items: end; }
        .maps { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(16rem, 100%), 1fr)); gap: 0.5rem;
          margin-top: 0.5rem; }
        .maps img, .wide img { background: #fff; }
        figure { margin: 0; }
        figcaption { color: var(--soft); font-size: 0.85rem; text-align: center; }
        img, video { display: block; width: 100%; height: auto; border-radius: 0.25rem; }
        img.plain { width: auto; max-width: 100%; }
        .wide { overflow-x: auto; }
        .wide img { width: auto; max-width: none; }
        .numbers { color: var(--soft); font-size: 0.9rem; margin: 0.6rem 0 0; }
        summary { cursor: pointer; margin: 0.4rem 0; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { border-bottom: 1px solid var(--line); padding: 0.25rem 0.75rem; text-align: right; white-space: nowrap; }
        th:first-child { text-align: left; }
        a { color: inherit; }
        dt { font-weight: 600; }
        dd { margin: 0 0 0.3rem; color: var(--soft); }
        button { font: inherit; padding: 0.4rem 0.9rem; border: 1px solid var(--line); border-radius: 0.4rem;
          background: var(--card); color: var(--ink); cursor: pointer; }
        button:focus-visible, a:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
        @media print {
          :root { --paper: #fff; --ink: #000; --soft: #333; --line: #bbb; --card: #fff; color-scheme: light; }
          body { max-width: none; padding: 0; font-size: 9pt; }
          .tools, .clip { display: none; }
          .ends { grid-template-columns: 1fr 1fr; width: 55%; margin: 0 auto; }
          .cards { grid-template-columns: 1fr 1fr; gap: 0.5rem; }
          .maps { grid-template-columns: 1fr 1fr; }
          .wide { overflow: visible; }
          .wide img { max-width: 100%; max-height: 24cm; }
          table { font-size: 8pt; }
          th, td { padding: 0.1rem 0.35rem; }
          tr, dl { break-inside: avoid; }
          section > h2, section > h2 + p { break-after: avoid; }
        }
        """

    /// Plays clips while they are seen, unless somebody wants stillness.
    private static let script = """
        const button = document.getElementById("motion"), clips = [...document.querySelectorAll("video")], seen = new Set();
        let playing = !matchMedia("(prefers-reduced-motion: reduce)").matches;
        function update() {
          button.textContent = playing ? "Pause the clips" : "Play the clips";
          for (const clip of clips) { if (playing && seen.has(clip)) clip.play().catch(() => {}); else clip.pause(); }
        }
        const watcher = new IntersectionObserver(entries => {
          for (const entry of entries) { if (entry.isIntersecting) seen.add(entry.target); else seen.delete(entry.target); }
          update();
        });
        clips.forEach(clip => watcher.observe(clip));
        button.addEventListener("click", () => { playing = !playing; update(); });
        update();
        """
}
