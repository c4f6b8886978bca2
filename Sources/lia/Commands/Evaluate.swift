import Animation
import ArgumentParser
import Evaluation
import Faces
import Files
import Foundation
import Media
import ModelLibrary
import Networks
import Speech
import Tensors
import Training

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures models: rebuilt clips, transfer to other people, and drawn people whose truth is known.",
        discussion: """
            EXAMPLES
              Clips rebuilt from their first frames: a folder of videos, or a data set of 'lia prepare':
                lia evaluate --task reconstruction --data clips/
                lia evaluate --task reconstruction --data held-out.safetensors \\
                  --model vox --json

              Two models on drawn people, and whether they differ:
                lia evaluate --task puppets --model portrait,mine/ --pairs 12

              The same person in both, and a source whose pose is not that of the first driving frame:
                lia evaluate --task puppets --same-person --other-pose

              One person moved by another, where nobody knows the truth:
                lia evaluate --task cross --data clips/ --frame-count 100

              A model that dubs, on drawn people who speak, and on speech with known mouths (Tools/training/make-speech):
                lia evaluate --task dub --model dub --pairs 8
                lia evaluate --task dub --model dub --data speech.safetensors

              The same on films, each dubbed with its own sound:
                lia evaluate --task dub --model dub --data films/

              With networks of your own (see NETWORKS), two clips at a time:
                lia evaluate --task reconstruction --data clips/ --jobs 2 \\
                  --lpips-backbone alexnet-owt-7be5be79.pth --lpips-linear alex.pth \\
                  --inception pt_inception-2015-12-05-6726825d.pth \\
                  --identity-network 20180402-114759-vggface2.pt

            TASKS
              reconstruction  each clip's first frame is the source, the others the driving and the truth; absolute transfer
              cross           each clip's first frame is the source, the next clip of another person the driving, absolute and \
            relative; the result is encoded again: identity drift, whether it moves as requested, jitter
              puppets         drawn person A in the motion of B against A drawn in that motion, absolute and relative (from the \
            first and from the best frame); and which direction goes with which parameter of the pose (R²)
              dub             drawn people who say something are dubbed to say something else; what their lips then do against the \
            truth: correlation, how many frames late, and PSNR and SSIM of the mouth's square

            The source's own frame is not counted where there is a truth. Baselines: the source copied, and the mean of the clip's \
            frames. Intervals are those of the mean over clips. In a table of several models each is compared with the first.

            NETWORKS
              AKD (how far landmarks are from the true ones, as part of the face's size), lost faces, face contrast (1 being as sharp as \
            the truth), and correlation and slope of lids, lips, brows and the mouth's breadth (1 being as driven) rest on MediaPipe's \
            networks of faces, which 'Tools/install-dependencies --faces' brings.
              LPIPS, FID and AED rest on trained networks that are not part of the program. Bring them as files, .pth, .pt or \
            .safetensors; what is not supplied is left out. Nothing in a file is run. Where they come from: docs/evaluation.md.

            CACHED RESULTS
              Every clip's results are cached, so that an evaluation that was interrupted goes on where it stopped, and one that \
            is repeated only reads its files. Another model, clip, network or option, told by its content, is computed anew. \
            The folder ($XDG_CACHE_HOME/lia/evaluation, or the same in ~/.cache) may be emptied at any time.
            """)

    @OptionGroup var models: ModelListOptions

    @Option(help: "What is measured: reconstruction, cross, puppets or dub.")
    var task: TaskName

    @Option(
        help: ArgumentHelp(
            "A folder of videos, each person's in a folder of their own or one a file; or a data set of 'lia prepare'. For --task dub "
                + "a film or a folder of films with sound, or speech with known mouths, as the speech model hears it."),
        completion: .file())
    var data: String?

    @Option(help: ArgumentHelp("Pairs of drawn people, or drawn people who are dubbed (default: 8).", valueName: "count"))
    var pairs: Int?

    @Flag(help: "Drawn people: each is driven by itself.")
    var samePerson = false

    @Flag(help: "Drawn people: the source is in a pose of another moment than the driving clip's first frame.")
    var otherPose = false

    @Option(
        help: ArgumentHelp(
            "At most so many frames of each clip (default: all; of drawn clips, and of what is dubbed, 75).", valueName: "count"))
    var frameCount: Int?

    @Option(
        help: ArgumentHelp("Side of the pictures that are compared (default: the data set's, else the first model's).", valueName: "pixels")
    )
    var size: Int?

    @Option(help: "How videos that are not square become so (default: crop).")
    var fit: Fit?

    @Option(
        help: ArgumentHelp("LPIPS: AlexNet or VGG-16 as torchvision keeps it; with --lpips-linear.", valueName: "file"),
        completion: .file())
    var lpipsBackbone: String?

    @Option(
        help: ArgumentHelp("LPIPS: its linear layers, alex.pth or vgg.pth of the lpips package.", valueName: "file"),
        completion: .file())
    var lpipsLinear: String?

    @Option(
        help: ArgumentHelp("FID: Inception v3 of pytorch-fid (or of torchvision, which is another measure).", valueName: "file"),
        completion: .file())
    var inception: String?

    @Option(
        help: ArgumentHelp("AED: facenet-pytorch's InceptionResnetV1 or insightface's iresnet.", valueName: "file"),
        completion: .file())
    var identityNetwork: String?

    @Option(
        help: ArgumentHelp(
            "Dubbing: a SyncNet that hears mouths, a file or the folder of a run of 'lia train --set family=syncnet'.", valueName: "file"),
        completion: .file())
    var syncNetwork: String?

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "AKD, face contrast, and how lids, lips, brows and the mouth's breadth follow the driving face, by MediaPipe's landmarks "
                + "(default: where its networks are).")
    )
    var landmarks: Bool?

    @Option(
        help: ArgumentHelp("The folder of the networks that find faces (default: 'faces' among the models).", valueName: "folder"),
        completion: .directory)
    var facesModel: String?

    @Option(
        help: ArgumentHelp("Clips that are measured at a time, on one thread each; a single one is on all.", valueName: "count"))
    var jobs: Int = 1

    @Option(help: ArgumentHelp("The folder of cached results.", valueName: "folder"), completion: .directory)
    var cache: String?

    @Flag(help: "Neither read nor write cached results.")
    var noCache = false

    @OptionGroup var detail: DetailOptions

    @Flag(name: .shortAndLong, help: "Say nothing but errors.")
    var quiet = false

    @Flag(help: "Print everything as JSON, every clip's values too.")
    var json = false

    enum TaskName: String, CaseIterable, ExpressibleByArgument {
        case reconstruction, cross, puppets, dub
    }

    func validate() throws {
        if let frameCount, !(2...1_000_000).contains(frameCount) {
            throw ValidationError("--frame-count wants a number from 2 to 1000000, not \(frameCount).")
        }
        if let pairs, !(1...1000).contains(pairs) { throw ValidationError("--pairs wants a number from 1 to 1000, not \(pairs).") }
        if !(1...256).contains(jobs) { throw ValidationError("--jobs wants a number from 1 to 256, not \(jobs).") }
        if (lpipsBackbone == nil) != (lpipsLinear == nil) {
            throw ValidationError("LPIPS takes two files: --lpips-backbone and --lpips-linear.")
        }
        if task == .cross, lpipsBackbone != nil { throw ValidationError("LPIPS takes a truth, which --task cross has not.") }
        if cache != nil && noCache { throw ValidationError("--cache and --no-cache exclude each other.") }
        try ResultSize.check(size)
        if task != .dub, syncNetwork != nil { throw ValidationError("--sync-network is for --task dub.") }
        if task == .dub {
            for (isGiven, name) in [
                (fit != nil, "--fit"), (samePerson, "--same-person"), (otherPose, "--other-pose"),
                (lpipsBackbone != nil, "--lpips-backbone"),
                (inception != nil, "--inception"), (identityNetwork != nil, "--identity-network"), (landmarks == false, "--no-landmarks"),
            ] where isGiven {
                throw ValidationError("\(name) is not for --task dub.")
            }
            if let size, !(128...2048).contains(size) {
                throw ValidationError("--size of people who are dubbed is from 128 to 2048, not \(size).")
            }
        } else if task == .puppets {
            if data != nil { throw ValidationError("--task puppets draws its people itself; leave --data out.") }
            if fit != nil { throw ValidationError("--fit is for videos; drawn people are square.") }
            if let size, !(32...2048).contains(size) { throw ValidationError("--size of drawn people is from 32 to 2048, not \(size).") }
        } else {
            if data == nil { throw ValidationError("--task \(task.rawValue) needs --data: a folder of videos or a prepared data set.") }
            if pairs != nil { throw ValidationError("--pairs is for --task puppets and --task dub.") }
            for (isGiven, name) in [(samePerson, "--same-person"), (otherPose, "--other-pose")] where isGiven {
                throw ValidationError("\(name) is for --task puppets.")
            }
        }
    }

    func run() throws {
        var options = models
        if task == .dub { options.model = options.model ?? ModelLocator.dubbingName }
        let models = try options.load(detail)
        if task == .dub { return try dub(models) }
        var networks = try SuppliedNetworks(
            lpipsBackbone: lpipsBackbone, lpipsLinear: lpipsLinear, inception: inception, identity: identityNetwork)
        networks.wantsFaces = landmarks ?? true
        if networks.wantsFaces, let folder = try facesFolder() { try networks.addFaces(folder: folder) }
        let paints = models.contains { $0.usesDetail && $0.refiner != nil }, faces = try paints ? CropOptions.supply(facesModel) : .none
        var side = size ?? models[0].network.outputSize
        var clips: [EvaluationClip] = []
        if let data {
            if isFolder(data) {
                clips = try videos(data, size: side).clips
            } else {
                if MediaKind(ofFile: data) != nil {
                    throw FileError(
                        .input, data, "expected a folder of videos or a data set of 'lia prepare', found one file; name its folder")
                }
                let dataset = try Dataset(path: data)
                if fit != nil { throw ValidationError("--fit is for videos; the frames of a prepared data set are square.") }
                side = size ?? dataset.size
                guard side >= StructuralSimilarity.smallestSide else {
                    throw FileError(.input, data, "has frames of \(side) px, at least \(StructuralSimilarity.smallestSide) are needed")
                }
                clips = dataset.evaluationClips(size: side)
            }
        }
        let evaluated: EvaluationTask
        switch task {
        case .reconstruction: evaluated = .reconstruction(clips)
        case .cross: evaluated = .cross(clips)
        case .puppets:
            evaluated =
                .puppets(count: pairs ?? 8, frames: frameCount ?? 75, size: side, isSamePerson: samePerson, hasOtherPose: otherPose)
        case .dub: return
        }
        let networkFiles = [lpipsBackbone, lpipsLinear, inception, identityNetwork]
        let inputs = models.flatMap(\.files) + ([data] + networkFiles).compactMap { $0 }
        var job = EvaluationJob(models: models, task: evaluated, data: data, size: side)
        if let frameCount { job.frameLimit = frameCount }
        (job.networks, job.jobs, job.faces, job.cache) = (networks, jobs, faces, try keptResults(beside: inputs))
        let report = try ProgressLine.during("frames", quiet: quiet) { line in
            try job.run { line.show(FileError.printable($0), done: $1, total: $2) }
        }
        if json {
            try Output.json(report)
        } else if !quiet {
            Output.line(EvaluationText(report).text)
        }
    }
}

extension Evaluate {
    private func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// The videos of a folder; says what is left out.
    private func videos(_ path: String, size: Int) throws -> VideoFolder {
        let folder = try VideoFolder(path, size: size, fit: fit ?? .crop)
        guard !quiet else { return folder }
        for error in folder.unreadable { Output.note("warning: \(error); it is left out") }
        if !folder.leftOut.isEmpty {
            let named = folder.leftOut.sorted().prefix(5).map(FileError.printable).joined(separator: ", ")
            let more = folder.leftOut.count > 5 ? " and \(folder.leftOut.count - 5) more" : ""
            Output.note("warning: \(FileError.printable(path)): left out, because they are no videos: \(named)\(more)")
        }
        return folder
    }

    /// A film, or those of a folder that have sound, as the speech model hears them.
    private func films(_ path: String, _ network: MouthNetwork, most: Int) throws -> [DubbingEvaluation.Film] {
        var files = [(path: path, name: ((path as NSString).lastPathComponent as NSString).deletingPathExtension)]
        if isFolder(path) {
            let folder = try videos(path, size: StructuralSimilarity.smallestSide)
            files = try zip(folder.paths, folder.clips).map { ($0, $1.name) }.filter { file in
                let hasSound = try AudioSource.holdsSound(file.path)
                if !hasSound, !quiet { Output.note("warning: \(FileError.printable(file.path)): has no sound; it is left out") }
                return hasSound
            }
            guard !files.isEmpty else { throw FileError(.input, path, "holds no films with sound; choose others") }
        }
        return try files.map { file in
            let heard = try SpeechMouth(ofSound: file.path, by: network).frames(rate: Double(DubbingJob.framesPerSecond))
            return .init(path: file.path, name: file.name, heard: heard.items(0..<min(most, heard.shape[0])))
        }
    }

    /// Measures models that dub.
    private func dub(_ models: [PortraitModel]) throws {
        guard let folder = facesModel ?? FaceFinder.folder(amongModels: ModelLocator.folders) else { throw FaceFinder.absent() }
        let count = pairs ?? 8, most = frameCount ?? 75, subjects: DubbingEvaluation.Subjects
        if let data {
            let network = try SpeechModel.network(SpeechModel.defaultName), rate = Double(DubbingJob.framesPerSecond)
            if isFolder(data) || MediaKind(ofFile: data) == .video {
                for (isGiven, name) in [(size != nil, "--size"), (pairs != nil, "--pairs")] where isGiven {
                    throw ValidationError("\(name) is for drawn people; films have their own.")
                }
                subjects = .films(try films(data, network, most: most))
            } else {
                if (try? AudioSource.holdsSound(data)) == true {
                    throw FileError(
                        .input, data, "holds sound and no film; choose films with sound, or speech with known mouths (docs/speech.md)")
                }
                subjects = .people(
                    try SpeechDataset(path: data).heldOut(count: count, by: network, rate: rate).map { speech in
                        let frames = 0..<min(most, speech.heard.shape[0])
                        return .init(name: speech.name, heard: speech.heard.items(frames), truth: speech.truth.items(frames))
                    })
            }
        } else {
            subjects = .people(DubbingEvaluation.invented(count: count, frames: most))
        }
        var job = DubbingEvaluation(models: models, subjects: subjects, finder: try FaceFinder(folder: folder))
        if let size { job.size = size }
        job.syncNet = try syncNetwork.map { path in
            (try SyncNet(file: path), path, try models.map { try $0.audioDriven.mouthSize }.max()!)
        }
        let report = try ProgressLine.during("frames", quiet: quiet) { line in
            try job.run(
                leftOut: { if !quiet { Output.note("warning: \($0); it is left out") } },
                progress: { line.show(FileError.printable($0), done: $1, total: $2) })
        }
        if json { try Output.json(report) } else if !quiet { Output.line(report.text) }
    }

    /// The folder of the networks that find faces; nil where there is none and none is insisted on.
    private func facesFolder() throws -> String? {
        if let facesModel { return facesModel }
        if let folder = FaceFinder.folder(amongModels: ModelLocator.folders) { return folder }
        if landmarks == true { throw FaceFinder.absent() }
        return nil
    }

    /// The cache; nil where the default folder cannot be written.
    ///
    /// - Parameter inputs: what the evaluation reads.
    /// - Throws: `FileError` (output) when the requested folder cannot be made, or is one of the inputs.
    private func keptResults(beside inputs: [String]) throws -> EvaluationCache? {
        if noCache { return nil }
        if let cache { return try EvaluationCache(folder: cache, inputs: inputs) }
        do {
            return try EvaluationCache(folder: EvaluationCache.standardFolder, inputs: inputs)
        } catch {
            if !quiet { Output.note("warning: results are not cached: \(error)") }
            return nil
        }
    }
}

extension Dataset {
    /// Its clips, photos left out.
    ///
    /// - Parameter size: of the frames, in pixels.
    fileprivate func evaluationClips(size: Int) -> [EvaluationClip] {
        clips.filter { $0.kind == .video }.map { clip in
            EvaluationClip(
                name: clip.name, identity: clip.identity, count: clip.count,
                content: { add in
                    for frame in clip.first..<clip.first + clip.count {
                        self.withFrame(frame) { add(UnsafeRawBufferPointer(start: $0, count: self.frameBytes)) }
                    }
                }
            ) { frame in
                let picture = self.picture(clip.first + frame)
                return size == self.size ? picture : picture.resized(width: size, height: size)
            }
        }
    }
}
