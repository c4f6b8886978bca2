/// The task that `lia train` learns: the one place outside of a family's folder that names it.
public typealias DefaultTask = LIATask

/// Every setting of a run of the default task.
public typealias DefaultTrainingConfiguration = TrainingConfiguration<DefaultTask.Settings>
