import ArgumentParser

struct Explore: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows what each direction of a model's motion dictionary does, and keeps names for them.",
        discussion: """
            EXAMPLES
              An atlas of the standard model on a portrait: open atlas/index.html in a browser:
                lia explore --source portrait.jpg --output atlas/

              Some directions, farther, from the canonical pose:
                lia explore -s portrait.jpg -o some/ --directions 1,4-8 --range -5..5 --base zero

              Names, which --set, --only, --without and --directions then take:
                lia explore label 8 nod --range -2..3

            'lia explore sweep --help' shows every option of the atlas; the word sweep may be left out.
            """,
        subcommands: [ExploreSweep.self, ExploreLabel.self], defaultSubcommand: ExploreSweep.self)
}
