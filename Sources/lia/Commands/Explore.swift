import ArgumentParser

struct Explore: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows what each direction of a model's motion dictionary does, and keeps names for them.",
        discussion: """
            EXAMPLES
              An atlas of what a portrait does; then open atlas/index.html:
                lia explore --source portrait.jpg --output atlas/

              Some directions, from the canonical pose:
                lia explore -s me.jpg -o some/ --directions 1,4-8 --base zero

              A page on this machine on which to try the directions live:
                lia explore --serve

              Names, which --set, --only, --without and --directions then take:
                lia explore label 16 lean --range -2..3

            'lia explore sweep --help' shows every option of the atlas; the word sweep may be left out.
            """,
        subcommands: [ExploreSweep.self, ExploreLabel.self], defaultSubcommand: ExploreSweep.self)
}
