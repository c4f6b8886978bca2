# Two commands do everything on a machine that has the Swift toolchain: `make demo` and `make test`.

PREFIX ?= /usr/local
LIA = .build/release/lia

.PHONY: build demo test benchmark install clean dependencies

build: dependencies ## the program, in .build/release/lia
	swift build -c release --product lia

demo: build ## animates the example portrait into demo.mp4
	$(LIA) animate --source Examples/portrait.png --driving Examples/driving.mp4 --output demo.mp4 --overwrite
	@echo "made demo.mp4: play it with any player, or open it in a browser"

test: ## every test, numerics in release
	@Tools/install-dependencies --tests
	swift build -c release --build-tests
	swift test -c release --skip-build

benchmark: dependencies ## seconds a frame of the 256 px network
	swift run -c release --package-path Benchmarks frame

install: dependencies ## into PREFIX (default /usr/local), with Swift's own libraries inside the program
	swift build -c release --product lia --static-swift-stdlib --scratch-path .build-static
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/share/lia/models"
	install -s -m 755 .build-static/release/lia "$(DESTDIR)$(PREFIX)/bin/lia"
	cp -r Models/portrait-128 "$(DESTDIR)$(PREFIX)/share/lia/models/"

clean:
	rm -rf .build .build-static Benchmarks/.build demo.mp4

dependencies:
	@Tools/install-dependencies
