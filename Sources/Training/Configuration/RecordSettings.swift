/// The settings of what a run writes into its folder.
public struct RecordSettings: SettingTable {
    public static let table = RecordSettings()

    public let checkpointEvery = Setting(
        "checkpoint_every", 500, .atLeast(0), "Steps from one checkpoint to the next; 0 for the last step only.")
    public let sheetEvery = Setting("sheet_every", 500, .atLeast(0), "Steps from one sample sheet to the next; 0 for none.")
    public let validateEvery = Setting("validate_every", 500, .atLeast(0), "Steps from one validation to the next; 0 for none.")
}
