import Checkpoints
import Files
import Foundation
import Networks
import Operators
import Tensors

/// Learns a LIA network from prepared clips: the state of a run and its single step.
///
/// With the same configuration, data and number of threads, every step gives the same bits, also after `save` and `resume`.
public final class Trainer {
    public let configuration: TrainingConfiguration
    public let network: LIA
    public let perceptual: PerceptualLoss
    /// Steps done.
    public private(set) var step = 0

    private let discriminator: Discriminator?
    /// Of the network's parameters, those that are learned.
    private let optimizer: Adam
    private let discriminatorOptimizer: Adam?
    private let averages: MovingAverage
    private var sampler: GroupSampler
    /// Chooses which frame is rebuilt from which.
    private var random: RandomSource
    private let processes: ProcessGroup
    private let knownDirections: [KnownDirection]

    /// - Parameters:
    ///   - clips: the numbers of the clips to learn from.
    ///   - initial: weights to start from instead of random ones; of the configuration's measures.
    ///   - processes: those that share every batch; as many as divide the configuration's groups.
    /// - Throws: `FileError` and `CheckpointMisfit` for the files of the perceptual network, of landmarks, or the initial weights.
    public init(
        _ configuration: TrainingConfiguration, dataset: Dataset, clips: [Int], initial: LIA? = nil,
        processes: ProcessGroup = SingleProcess()
    ) throws {
        guard configuration.groups % processes.size == 0 else {
            throw SettingError(
                key: "groups", value: "\(configuration.groups)", allowed: "a multiple of the \(processes.size) processes")
        }
        self.configuration = configuration
        self.processes = processes
        knownDirections = configuration.knownDirections ?? []
        let seed = UInt64(configuration.seed)
        network = LIA(configuration.network, seed: seed)
        if let initial {
            for (own, other) in zip(network.parameters, initial.parameters) { own.value = other.value }
        } else if configuration.startsFromCopy {
            Self.startFromCopy(network)
        }
        perceptual = configuration.perceptualWeights.isEmpty
            ? SubstituteLoss() : FeatureLoss(try VGG19(Checkpoint.open(configuration.perceptualWeights)))
        func adam(_ parameters: [Parameter]) -> Adam {
            Adam(
                parameters, beta1: Float(configuration.beta1), beta2: Float(configuration.beta2),
                epsilon: Float(configuration.epsilon))
        }
        let frozen = configuration.frozen.split(separator: ",").map(String.init)
        optimizer = adam(network.parameters.filter { parameter in !frozen.contains { parameter.name.hasPrefix($0) } })
        guard !optimizer.parameters.isEmpty else {
            throw SettingError(key: "frozen", value: configuration.frozen, allowed: "beginnings of some names, not of all")
        }
        discriminator = configuration.adversarial > 0
            ? Discriminator(size: configuration.size, channels: network.configuration.channels, seed: seed &+ 1) : nil
        discriminatorOptimizer = discriminator.map { adam($0.parameters) }
        averages = MovingAverage(network.parameters, decay: Float(configuration.averageDecay))
        sampler = GroupSampler(
            dataset: dataset, clips: clips, groupSize: configuration.groupSize, augmentation: configuration.augmentation,
            landmarks: configuration.landmarks.isEmpty
                ? nil : try FaceLandmarks(path: configuration.landmarks, frameCount: dataset.frameCount),
            seed: seed &+ 2)
        random = RandomSource(seed: seed &+ 3)
    }

    /// Flow weights at zero and the first mask open: the untrained network copies its source.
    private static func startFromCopy(_ network: LIA) {
        for parameter in network.parameters where parameter.name.hasPrefix("dec.to_flows.") {
            if parameter.name.hasSuffix(".conv.weight") { parameter.value = Tensor(zeros: parameter.shape) }
            if parameter.name == "dec.to_flows.0.bias", network.configuration.masks {
                parameter.value = Tensor([0, 0, 2], parameter.shape)
            }
        }
    }

    /// The network with the moving average of the weights: what a run is for.
    public func averagedNetwork() -> LIA {
        let result = LIA(configuration.network, seed: 0)
        for (parameter, value) in zip(result.parameters, averages.values) { parameter.value = Tensor(value.values, value.shape) }
        return result
    }

    /// One step: the gradients of some groups, averaged, and one change of the weights.
    ///
    /// - Throws: `Divergence` when a loss or a gradient is not finite; the weights are then as before.
    public func advance() throws -> StepRecord {
        let parts = configuration.accumulation
        var sums: [Tensor?] = optimizer.parameters.map { _ in nil }
        var discriminatorSums: [Tensor?] = discriminator?.parameters.map { _ in nil } ?? []
        var losses: [String: Double] = [:]
        var total = 0.0, batchParts = 1
        for _ in 0..<parts {
            // The threads share the groups, not the loops of each operator: they meet once a step.
            let batches = nextBatches()
            let share = 1 / Double(parts * batches.count)
            for part in Parallel.workers(batches.count, { self.partGradients(batches[$0]) }) {
                for (name, value) in part.losses { losses[name, default: 0] += value * share }
                total += part.total * share
                Self.add(part.gradients, to: &sums)
                if let gradients = part.discriminatorGradients { Self.add(gradients, to: &discriminatorSums) }
            }
            batchParts = batches.count
        }
        shareLosses(&losses, &total)
        guard total.isFinite else { throw Divergence(step: step + 1, what: "the loss") }
        average(&sums, parts * batchParts)
        average(&discriminatorSums, parts * batchParts)
        let length = GradientNorm.length(sums)
        guard length.isFinite, GradientNorm.length(discriminatorSums).isFinite else {
            throw Divergence(step: step + 1, what: "the gradient")
        }
        if configuration.clipNorm > 0 {
            GradientNorm.clip(&sums, length: length, limit: Float(configuration.clipNorm))
        }
        let rate = configuration.learningRate(at: step)
        optimizer.step(sums, learningRate: Float(rate))
        if isAdversarial { discriminatorOptimizer?.step(discriminatorSums, learningRate: Float(rate)) }
        averages.update(network.parameters, step: step)
        step += 1
        return StepRecord(step: step, learningRate: rate, losses: losses, total: total, gradientNorm: length)
    }

    private var isAdversarial: Bool { discriminator != nil && step >= configuration.adversarialFrom }

    // MARK: Data

    /// Some groups, one after another, and which frames each frame is rebuilt from.
    package struct Batch {
        let frames: Tensor
        package let sources: [Int]
        package let drivings: [Int]
        /// For every frame, whose motion the driving one's is taken against, as in relative transfer; the source where it is taken as it is.
        package let references: [Int]
        let groups: [FrameGroup]

        /// Which frame of a person's is rebuilt from which.
        package enum Source {
            /// From that so many places away, the last followed by the first.
            case away(Int)
            /// All from that of this number, itself with its own motion.
            case frame(Int)
        }

        /// - Parameters:
        ///   - choices: for each group, which frames are the sources.
        ///   - isRelative: for each group, whether people take on how the other one's pose changes from the source's pose on.
        package init(_ groups: [FrameGroup], sources choices: [Source], isRelative: [Bool]) {
            self.groups = groups
            let pictures = groups[0].pictures
            let count = pictures.shape[0]
            frames = Tensor(uninitialized: [groups.count * count] + pictures.shape.dropFirst())
            var sources: [Int] = [], drivings: [Int] = [], references: [Int] = []
            for (index, group) in groups.enumerated() {
                (frames.mutablePointer + index * pictures.count).update(from: group.pictures.pointer, count: pictures.count)
                let own = count / group.people
                for frame in 0..<count {
                    let first = index * count + frame / own * own
                    let other = index * count + (frame + (group.people - 1) * own) % count
                    switch choices[index] {
                    case .away(let distance):
                        sources.append(first + (frame % own + distance) % own)
                        drivings.append(other)
                    case .frame(let number):
                        sources.append(first + number)
                        drivings.append(frame % own == number ? index * count + frame : other)
                    }
                    // The other person in the source's pose.
                    let source = sources.last! - index * count
                    references.append(
                        isRelative[index] && drivings.last! == other
                            ? index * count + (source + (group.people - 1) * own) % count : sources.last!)
                }
            }
            (self.sources, self.drivings, self.references) = (sources, drivings, references)
            keepAlive(pictures)
        }
    }

    /// A step's groups, divided evenly among the threads where that can be.
    private func nextBatches() -> [Batch] {
        let pseudo = TrainingConfiguration.falling(
            configuration.pseudoMotionStart, configuration.pseudoMotionEnd, configuration.pseudoMotionSteps, at: step)
        // Every process draws the whole batch and keeps its own part, so that the batch does not depend on their number.
        let share = configuration.groups / processes.size
        let own = processes.rank * share..<(processes.rank + 1) * share
        var choices: [GroupChoice] = [], sources: [Batch.Source] = [], isRelative: [Bool] = []
        for index in 0..<configuration.groups {
            let choice = nextChoice(pseudoMotion: Float(pseudo))
            let frames = UInt64(configuration.groupSize / choice.people)
            let source: Batch.Source = configuration.detail
                ? .frame(Int(random.next() % frames)) : .away(1 + Int(random.next() % (frames - 1)))
            let relative = isDrawn(configuration.crossRelative)
            if own.contains(index) {
                choices.append(choice)
                sources.append(source)
                isRelative.append(relative)
            }
        }
        let groups = made(choices)
        let parts = (1...min(Parallel.threads, share)).last { share % $0 == 0 }!
        return (0..<parts).map { part in
            let range = share / parts * part..<share / parts * (part + 1)
            return Batch(Array(groups[range]), sources: Array(sources[range]), isRelative: Array(isRelative[range]))
        }
    }

    /// A group before it is made.
    private enum GroupChoice {
        case clip(GroupSampler.Choice)
        case puppets(PuppetGroup.Choice)

        var people: Int {
            switch self {
            case .clip: 1
            case .puppets(let choice): choice.people.count
            }
        }
    }

    /// Whether what is asked for with this part of the groups comes next; nothing is drawn for a part of 0.
    private func isDrawn(_ part: Double) -> Bool { part > 0 && random.uniform() < Float(part) }

    /// A group to be drawn, or of the data set's.
    private func nextChoice(pseudoMotion: Float) -> GroupChoice {
        guard random.uniform() < Float(configuration.puppets) else {
            return .clip(sampler.choose(pseudoMotion: pseudoMotion, moments: Float(configuration.expressions)))
        }
        let isPair = isDrawn(configuration.crossIdentity), isStill = isDrawn(configuration.expressions)
        return .puppets(PuppetGroup.choose(count: configuration.groupSize, isPair: isPair, isStill: isStill, using: &random))
    }

    /// Draws people and pictures, all at the same time.
    private func made(_ choices: [GroupChoice]) -> [FrameGroup] {
        Parallel.map(choices.count) { index in
            switch choices[index] {
            case .clip(let choice): return sampler.group(choice)
            case .puppets(let choice):
                let drawn = PuppetGroup(choice)
                return FrameGroup(
                    pictures: drawn.pictures(size: configuration.size), people: choice.people.count, identity: "puppet", clip: nil,
                    frames: [], knownMotion: drawn)
            }
        }
    }

    // MARK: Losses

    /// What some groups give.
    private struct PartGradients {
        var losses: [String: Double]
        let total: Double
        let gradients: [Tensor?]
        /// While there is an adversarial loss.
        var discriminatorGradients: [Tensor?]?
    }

    private func partGradients(_ batch: Batch) -> PartGradients {
        let (terms, total, gradients, pictures) = networkGradients(batch)
        var part = PartGradients(losses: terms, total: total, gradients: gradients)
        if isAdversarial, let discriminator {
            let (loss, gradients) = discriminatorGradients(discriminator, real: batch.frames, generated: pictures)
            part.losses["discriminator"] = loss
            part.discriminatorGradients = gradients
        }
        return part
    }

    private func networkGradients(
        _ batch: Batch
    ) -> (terms: [String: Double], total: Double, gradients: [Tensor?], pictures: Tensor) {
        let values = optimizer.parameters.map(\.value)
        let tape = Tape(watching: values)
        let c = configuration
        var terms: [String: Double] = [:]
        var pictures: Tensor?
        let total = Tape.$current.withValue(tape) { () -> Tensor in
            let result = Reconstruction(
                network, frames: batch.frames, sources: batch.sources, drivings: batch.drivings, references: batch.references,
                known: knownChanges(batch), detail: c.detail)
            pictures = result.pictures
            var weighted: [Tensor] = []
            func add(_ name: String, _ weight: Double, _ loss: () -> Tensor) {
                guard weight > 0 else { return }
                let loss = loss()
                terms[name] = Double(loss.values[0])
                weighted.append(WeightedSum.forward(loss, weights: Tensor([Float(weight)], [1])))
            }
            add("l1", c.l1) { L1Loss.forward(result.pictures, target: batch.frames) }
            add("moving", c.moving) {
                L1Loss.forward(
                    result.pictures, target: batch.frames,
                    weights: MovingWeights.weights(batch.frames, sources: batch.sources))
            }
            add("perceptual", c.perceptual) { perceptual(result.pictures, target: batch.frames) }
            add("ssim", c.ssim) { SimilarityLoss.forward(result.pictures, target: batch.frames) }
            add("sparsity", c.sparsity) {
                L1Loss.forward(result.magnitudes, target: Tensor(zeros: result.magnitudes.shape))
            }
            let flow = TrainingConfiguration.falling(c.flowStart, c.flowEnd, c.flowSteps, at: step)
            if c.pseudoMotionStart + c.pseudoMotionEnd + c.puppets > 0 || !c.landmarks.isEmpty, flow + c.closing > 0 {
                let known = knownFlowLosses(result, batch)
                add("flow", flow) { known.flow }
                add("closing", c.closing) { known.closing }
            }
            if isAdversarial, let discriminator {
                add("adversarial", c.adversarial) { SoftplusLoss.forward(discriminator(result.pictures), sign: -1) }
            }
            return weighted.dropFirst().reduce(weighted[0]) { Sum.forward($0, $1) }
        }
        let gradients = tape.gradients(of: total)
        return (terms, Double(total.values[0]), values.map { gradients[$0] }, pictures!)
    }

    /// What the poses of drawn people with still heads, or landmarks, say of the motion.
    private func knownChanges(_ batch: Batch) -> [Reconstruction.KnownChange] {
        guard !knownDirections.isEmpty else { return [] }
        let count = configuration.groupSize
        return batch.sources.indices.flatMap { frame -> [Reconstruction.KnownChange] in
            let first = frame / count * count
            return knownDirections.compactMap { known in
                batch.groups[frame / count].knownMotion?.change(of: known, from: batch.sources[frame] - first, to: frame - first)
                    .map { .init(frame: frame, direction: known.direction, change: $0) }
            }
        }
    }

    /// L1 between every level's sampling positions and the known ones, where they are known: a mean over each frame's known pixels,
    /// then over all frames, 0 for those of which nothing is known. A part of the weight goes where things move, `flowMoving`.
    /// And the mean of the finest mask inside mouths that open, where the source has nothing to show, with how far it is from half open at
    /// the same places where the source is rebuilt as it is: or the mouth would be dark there too, and its detail make up for it.
    private func knownFlowLosses(_ result: Reconstruction, _ batch: Batch) -> (flow: Tensor, closing: Tensor) {
        let count = configuration.groupSize, frames = batch.frames.shape[0]
        let sides = result.flows.map { $0.shape[2] }
        let targets = result.flows.map { Tensor(zeros: $0.shape) }
        let weights = sides.map { Tensor(zeros: [frames, $0, $0]) }
        let mask = result.masks.last!, closed = Tensor(zeros: [frames, sides.last!, sides.last!]), goal = Tensor(zeros: mask.shape)
        // The largest levels first, so that no thread is left with one at the end.
        Parallel.forEach(frames * sides.count) { job in
            let level = sides.count - 1 - job / frames, frame = job % frames
            let side = sides[level], area = side * side
            guard let motion = batch.groups[frame / count].knownMotion else { return }
            let known = motion.grid(
                source: batch.sources[frame] - frame / count * count, driving: frame % count, size: side)
            let seen = known.weight.values.reduce(0, +)
            guard seen > 0 else { return }
            let (grid, weight) = (known.grid.pointer, known.weight.pointer)
            /// How far from its place in the driving picture a pixel's content stands in the source.
            func way(_ p: Int) -> Float {
                func center(_ pixel: Int) -> Float { Float(2 * pixel + 1) / Float(side) - 1 }
                return abs(grid[2 * p] - center(p % side)) + abs(grid[2 * p + 1] - center(p / side))
            }
            var moving = Float(configuration.flowMoving), mean: Float = 0
            if moving > 0 {
                mean = (0..<area).reduce(0) { weight[$1] > 0 ? $0 + weight[$1] * way($1) : $0 } / seen
                // Where nearly nothing moves, all counts alike.
                if mean <= 1e-4 { moving = 0 }
            }
            let x = targets[level].mutablePointer + frame * 2 * area, y = x + area
            for p in 0..<area {
                // The network adds its flow to linspace(−1, 1).
                x[p] = grid[2 * p] - Warp.linspace(p % side, side)
                y[p] = grid[2 * p + 1] - Warp.linspace(p / side, side)
                guard weight[p] > 0 else { continue }
                let share = moving > 0 ? 1 - moving + moving * way(p) / mean : 1
                weights[level].mutablePointer[frame * area + p] = share * weight[p] / (seen * Float(2 * frames))
            }
            let opened = level == sides.count - 1 ? known.opened.values.reduce(0, +) : 0
            if opened > 0 {
                let factor = 1 / (opened * Float(frames))
                for p in 0..<area { closed.mutablePointer[frame * area + p] = known.opened.pointer[p] * factor }
            }
            keepAlive(known.grid, known.weight, known.opened)
        }
        let pixels = sides.last! * sides.last!
        for (frame, source) in batch.sources.enumerated() where source != frame && batch.sources[source] == source {
            let opened = closed.pointer + frame * pixels, own = closed.mutablePointer + source * pixels
            for p in 0..<pixels where opened[p] > 0 {
                own[p] += opened[p]
                goal.mutablePointer[source * pixels + p] = 0.5
            }
        }
        let losses = zip(result.flows, zip(targets, weights)).map { flow, known in
            L1Loss.forward(flow, target: known.0, weights: known.1)
        }
        let sum = losses.dropFirst().reduce(losses[0]) { Sum.forward($0, $1) }
        return (
            Sum.forward(sum, Tensor(zeros: [1]), gain: 1 / Float(losses.count)),
            L1Loss.forward(mask, target: goal, weights: closed)
        )
    }

    private func discriminatorGradients(
        _ discriminator: Discriminator, real: Tensor, generated: Tensor
    ) -> (loss: Double, gradients: [Tensor?]) {
        let values = discriminator.parameters.map(\.value)
        let tape = Tape(watching: values)
        let loss = Tape.$current.withValue(tape) {
            Sum.forward(
                SoftplusLoss.forward(discriminator(real), sign: -1),
                SoftplusLoss.forward(discriminator(generated), sign: 1))
        }
        let gradients = tape.gradients(of: loss)
        return (Double(loss.values[0]), values.map { gradients[$0] })
    }

    private static func add(_ gradients: [Tensor?], to sums: inout [Tensor?]) {
        for index in sums.indices {
            guard let gradient = gradients[index] else { continue }
            sums[index] = sums[index].map { Sum.forward($0, gradient) } ?? gradient
        }
    }

    /// Turns sums over the parts of a batch into their mean, over all processes.
    private func average(_ sums: inout [Tensor?], _ parts: Int) {
        let factor = 1 / Float(parts * processes.size)
        if factor == 1 { return }
        for index in sums.indices {
            guard let sum = sums[index] else { continue }
            let mean = Scaling.forward(sum, by: factor)
            processes.sum(mean.mutablePointer, count: mean.count)
            sums[index] = mean
        }
    }

    /// The mean of the losses over all processes.
    private func shareLosses(_ losses: inout [String: Double], _ total: inout Double) {
        guard processes.size > 1 else { return }
        let names = losses.keys.sorted()
        var values = (names.map { losses[$0]! } + [total]).map { Float($0 / Double(processes.size)) }
        processes.sum(&values, count: values.count)
        for (name, value) in zip(names, values) { losses[name] = Double(value) }
        total = Double(values[names.count])
    }

    // MARK: State

    private static let stateVersion = "1"

    /// What tells data sets apart: their clips' names and lengths, as a number (FNV-1a).
    private var dataIdentity: String {
        let clips = sampler.dataset.clips
        let text = clips.map { "\($0.name)\n\($0.first) \($0.count)\n" }.joined()
        let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return "\(clips.count) clips, \(sampler.dataset.frameCount) frames, \(String(hash, radix: 16))"
    }

    /// Every tensor of the state with its name in a checkpoint.
    private var state: [(name: String, tensor: Tensor)] {
        func named(_ prefix: String, _ parameters: [Parameter], _ tensors: [Tensor]) -> [(name: String, tensor: Tensor)] {
            zip(parameters, tensors).map { ("\(prefix).\($0.name)", $1) }
        }
        var all = named("weights", network.parameters, network.parameters.map(\.value))
        all += named("average", network.parameters, averages.values)
        all += named("adam_mean", optimizer.parameters, optimizer.means)
        all += named("adam_square", optimizer.parameters, optimizer.squares)
        if let discriminator, let optimizer = discriminatorOptimizer {
            all += named("discriminator", discriminator.parameters, discriminator.parameters.map(\.value))
            all += named("discriminator_adam_mean", discriminator.parameters, optimizer.means)
            all += named("discriminator_adam_square", discriminator.parameters, optimizer.squares)
        }
        return all
    }

    /// Writes the whole state, or nothing: weights, moving average, optimizer, random numbers and place in the data.
    ///
    /// - Throws: `FileError` (output).
    public func save(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let metadata = [
            "lia_training": Self.stateVersion, "step": String(step), "adam_steps": String(optimizer.steps),
            "discriminator_steps": String(discriminatorOptimizer?.steps ?? 0), "random": String(random.state),
            "sampler": String(sampler.state), "data": dataIdentity,
            "configuration": String(decoding: try encoder.encode(configuration), as: UTF8.self),
        ]
        try SafetensorsFile.write(state, as: .float32, metadata: metadata, to: path, overwrite: true)
    }

    /// Takes up the state of a checkpoint that `save` wrote.
    ///
    /// - Throws: `FileError` (input) when it is none, or of a run with another network.
    public func resume(from path: String) throws {
        let checkpoint = try Checkpoint.open(path)
        func number<Number: LosslessStringConvertible>(_ key: String) throws -> Number {
            guard let value = checkpoint.metadata[key].flatMap({ Number($0) }) else {
                throw FileError(.input, path, "is no checkpoint of a training run: its metadata has no \(key)")
            }
            return value
        }
        guard checkpoint.metadata["lia_training"] == Self.stateVersion else {
            throw FileError(.input, path, "is no checkpoint of a training run of this version of lia")
        }
        let own = state
        for (name, tensor) in own where checkpoint.entry(name)?.shape != tensor.shape {
            throw FileError(
                .input, path,
                "belongs to a run with other settings: expected \(name) of \(tensor.shape), found "
                    + (checkpoint.entry(name).map { "\($0.shape)" } ?? "none"))
        }
        guard checkpoint.metadata["data"] == dataIdentity else {
            throw FileError(
                .input, path,
                "belongs to a run on other data: expected \(checkpoint.metadata["data"] ?? "none"), found \(dataIdentity); pass "
                    + "the data that the run was begun with")
        }
        // Copied, because the file is soon replaced by a newer one.
        func read(_ prefix: String, _ parameters: [Parameter]) throws -> [Tensor] {
            try parameters.map { parameter in
                let stored = try checkpoint.tensor("\(prefix).\(parameter.name)")
                return Tensor(stored.values, stored.shape)
            }
        }
        for (parameter, value) in zip(network.parameters, try read("weights", network.parameters)) { parameter.value = value }
        averages.values = try read("average", network.parameters)
        optimizer.means = try read("adam_mean", optimizer.parameters)
        optimizer.squares = try read("adam_square", optimizer.parameters)
        optimizer.steps = try number("adam_steps")
        if let discriminator, let optimizer = discriminatorOptimizer {
            for (parameter, value) in zip(discriminator.parameters, try read("discriminator", discriminator.parameters)) {
                parameter.value = value
            }
            optimizer.means = try read("discriminator_adam_mean", discriminator.parameters)
            optimizer.squares = try read("discriminator_adam_square", discriminator.parameters)
            optimizer.steps = try number("discriminator_steps")
        }
        random = RandomSource(seed: try number("random"))
        sampler.state = try number("sampler")
        step = try number("step")
    }
}
