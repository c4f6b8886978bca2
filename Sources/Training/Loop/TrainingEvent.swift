/// The result of a step or of a validation of a run.
public enum TrainingEvent<Measures: ValidationMeasures> {
    case step(StepRecord)
    case validated(step: Int, Measures)
}
