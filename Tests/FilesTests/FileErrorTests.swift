import Files
import Foundation
import Testing

struct FileErrorTests {
    @Test func anErrorIsOneLine() {
        #expect(FileError(.input, "a.png", "is empty; copy it again").description == "a.png: is empty; copy it again")
        let hostile = FileError(.output, "a\n\u{1b}[31m\u{202e}\u{2028}.png", "holds 'x\r\n\u{0}'").description
        #expect(hostile == "a\\u{a}\\u{1b}[31m\\u{202e}\\u{2028}.png: holds 'x\\u{d}\\u{a}\\u{0}'")
        #expect(FileError.printable("grüße 日本 😀") == "grüße 日本 😀")
    }

    @Test func systemErrorsSayWhatToDo() {
        errno = EACCES
        #expect(FileError.cannotRead("a") == FileError(.input, "a", "not readable; check its permissions"))
        errno = EACCES
        #expect(
            FileError.cannotWrite("a") == FileError(.output, "a", "its folder is not writable; choose another place"))
        errno = ENOSPC
        #expect(FileError.cannotWrite("a") == FileError(.output, "a", "the disk is full; nothing was written"))
        errno = EIO
        #expect(FileError.cannotRead("a").problem == "cannot be read (\(String(cString: strerror(EIO))))")
    }
}
