import Puppets
import Tensors

/// Samples the batches of a run, without end and in an order that its seeds alone decide.
struct LIABatchSampler: BatchSampling {
    private let configuration: LIATrainingConfiguration
    private let processes: ProcessGroup
    var groups: GroupSampler
    /// Chooses between clips and drawn people, and which frame is rebuilt from which.
    var random: RandomSource

    /// - Parameters:
    ///   - clips: the numbers of the clips to learn from.
    ///   - seed: of the groups; the next number is that of the other choices.
    /// - Throws: `FileError` (input) for the file of landmarks.
    init(
        _ configuration: LIATrainingConfiguration, dataset: Dataset, clips: [Int], seed: UInt64, processes: ProcessGroup
    ) throws {
        (self.configuration, self.processes) = (configuration, processes)
        let settings = configuration.data
        groups = GroupSampler(
            dataset: dataset, clips: clips, groupSize: settings.groupSize, augmentation: settings.augmentation,
            landmarks: settings.landmarks.isEmpty
                ? nil : try FaceLandmarks(path: settings.landmarks, dataset: dataset),
            seed: seed)
        random = RandomSource(seed: seed &+ 1)
    }

    /// A step's groups, divided evenly among the threads where that can be, or in one batch.
    mutating func nextBatches(step: Int, isDivided: Bool) -> [LIABatch] {
        let settings = configuration.data
        let pseudoMotion = Schedule.value(
            from: settings.pseudoMotionStart, to: settings.pseudoMotionEnd, in: settings.pseudoMotionSteps, at: step)
        // Every process samples the whole batch and makes its own part, so that the batch does not depend on their number.
        let share = settings.groups / processes.size
        let own = processes.rank * share..<(processes.rank + 1) * share
        var choices: [GroupChoice] = [], sources: [LIABatch.Source] = [], isRelative: [Bool] = [], isGiven: [Bool] = []
        for index in 0..<settings.groups {
            let choice = nextChoice(pseudoMotion: Float(pseudoMotion))
            let frames = UInt64(settings.groupSize / choice.people)
            let source: LIABatch.Source =
                configuration.network.detail
                ? .frame(Int(random.next() % frames)) : .away(1 + Int(random.next() % (frames - 1)))
            let relative = isNext(settings.crossRelative), given = isNext(settings.givenParts)
            if own.contains(index) {
                choices.append(choice)
                sources.append(source)
                isRelative.append(relative)
                isGiven.append(given)
            }
        }
        let groups = made(choices)
        let parts = !isDivided ? 1 : (1...min(Parallel.threads, share)).last { share % $0 == 0 }!
        return (0..<parts).map { part in
            let range = share / parts * part..<share / parts * (part + 1)
            return LIABatch(
                Array(groups[range]), sources: Array(sources[range]), isRelative: Array(isRelative[range]), isGiven: Array(isGiven[range]))
        }
    }

    /// True with this probability; no random number is taken for a probability of 0.
    private mutating func isNext(_ probability: Double) -> Bool { probability > 0 && random.uniform() < Float(probability) }

    /// Chooses a group of drawn people, or of the data set's clips.
    private mutating func nextChoice(pseudoMotion: Float) -> GroupChoice {
        let settings = configuration.data
        guard random.uniform() < Float(settings.puppets) else {
            return .clip(
                groups.choose(
                    pseudoMotion: pseudoMotion, moments: Float(settings.expressions), varied: Float(settings.varied),
                    turned: Float(settings.turned)))
        }
        let isPair = isNext(settings.crossIdentity), isStill = isNext(settings.expressions)
        return .puppets(PuppetGroup.choose(count: settings.groupSize, isPair: isPair, isStill: isStill, using: &random))
    }

    /// Makes the pictures of all groups at the same time.
    private func made(_ choices: [GroupChoice]) -> [FrameGroup] {
        Parallel.map(choices.count) { index in
            choices[index].made(by: groups, size: configuration.network.size)
        }
    }
}
