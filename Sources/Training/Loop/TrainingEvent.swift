/// What a step or a validation of a run gave.
public enum TrainingEvent {
    case step(StepRecord)
    case validated(step: Int, Validation)
}
