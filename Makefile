# Two commands do everything on a machine that has the Swift toolchain: `make demo` and `make test`.
# `make check` is the fast part of `make test`, for every change; `make help` lists the rest.

PREFIX ?= /usr/local
LIA = .build/release/lia

SHARE = $(DESTDIR)$(PREFIX)/share

.PHONY: build static demo test test-packages check lint format help-texts example figures benchmark notebooks install install-files \
    uninstall wheel deb clean dependencies help

build: dependencies ## the program, in .build/release/lia
	swift build -c release --product lia

demo: build ## animates the example portrait into demo.mp4
	$(LIA) animate --source Examples/portrait.png --driving Examples/driving.mp4 --output demo.mp4 --overwrite
	@echo "made demo.mp4: play it with any player, or open it in a browser"

test: ## every test, numerics in release, the explorer's page in a browser, what TensorBoard reads, and those of the numbers with the loops for older processors
	@Tools/install-dependencies --tests
	swift build -c release --build-tests
	swift test -c release --skip-build
	LIA_KERNELS=avx2 swift test -c release --skip-build --filter "OperatorsTests|NetworksTests"
	LIA_KERNELS=plain swift test -c release --skip-build --filter "OperatorsTests|NetworksTests"
	Tests/Browser/explorer.py || [ $$? = 77 ]
	Tests/TensorBoard/read-events || [ $$? = 77 ]
	Tests/Python/package.py || [ $$? = 77 ]
	Tests/Python/train_torch.py || [ $$? = 77 ]
	Tests/Python/pack_data.py || [ $$? = 77 ]
	Tests/Python/probe_magnitudes.py || [ $$? = 77 ]
	$(MAKE) figures
	$(MAKE) test-packages

check: dependencies ## within some minutes: builds, tests of the units, lint
	swift build -c release --build-tests
	swift test -c release --skip-build --filter \
	    "FilesTests|TensorsTests|OperatorsTests|CheckpointsTests|NetworksTests|FacesTests|MediaTests|FiguresTests|ModelLibraryTests|AnimationTests|HelpTests|ToyFamilyTests"
	$(MAKE) lint

lint: ## the style of Swift, shell and Python; shellcheck and ruff are installed where they are missing
	@Tools/install-dependencies --lint
	swift format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources
	shellcheck Tools/install-dependencies Tools/make-wheel Tools/make-deb Tests/Packages/container Tools/reliability/mutations .ci/run
	.venv-lint/bin/ruff check

format: ## writes Swift as `make lint` wants it
	swift format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources

help-texts: build ## writes the help texts and lists of settings that the tests expect, after a change of the command line
	Tools/fixtures/make-help-texts $(LIA) Tests/TestSupport/Fixtures/help
	for family in lia fomm dinet syncnet speech refiner; do $(LIA) train --list-settings --set family=$$family > docs/settings-$$family.txt; done

comma := ,
# A painting that the README's picture shows as well, such as PAINTING=mona-lisa.png.
PAINTING ?=

example: build ## draws the example anew, and the README's picture of it (with the ffmpeg command), in which PAINTING=FILE moves, too
	$(LIA) puppets --identity 3 --size 256 --output Examples/portrait.png --overwrite
	$(LIA) puppets --identity 8 --motion 5 --energy 1.3 --frame-count 150 --size 256 --output Examples/driving.mp4 --overwrite
	$(MAKE) demo
	$(if $(PAINTING),$(LIA) animate --source $(PAINTING) --driving Examples/driving.mp4 --size 256 --output .build/painting.mp4 --overwrite)
	ffmpeg -v error -y -loop 1 -i Examples/portrait.png -i Examples/driving.mp4 -i demo.mp4 $(if $(PAINTING),-i .build/painting.mp4) \
	    -filter_complex "[0:v]scale=184:184,fps=10[a];[1:v]scale=184:184,fps=10[b];[2:v]scale=184:184:flags=lanczos,fps=10[c];\
	    $(if $(PAINTING),[3:v]scale=184:184:flags=lanczos$(comma)fps=10[d];)[a][b][c]$(if $(PAINTING),[d]hstack=4,hstack=3):shortest=1,\
	    trim=0:5,split[x][y];[x]palettegen=max_colors=$(if $(PAINTING),256,96)[p];[y][p]paletteuse=dither=none" Examples/demo.gif
	$(LIA) explore --source Examples/portrait.png --output .build/atlas --overwrite \
	    --directions turn,nod,tilt,blink_right,brows,jaw --range -6..6 --steps 7 --cell 72
	cp .build/atlas/sheet.png docs/direction-atlas.png

figures: build ## runs the commands whose numbers the documents print, and fails where one differs
	Tools/figures

benchmark: dependencies ## seconds a frame of the 256 px network, and milliseconds of every operator
	swift run -c release --package-path Benchmarks frame
	swift run -c release --package-path Benchmarks operators

notebooks: build ## executes Notebooks/ from scratch, in place (needs Python 3; its packages go into Notebooks/.venv)
	Notebooks/execute

static: ## the program with Swift's own libraries inside, in .build-static/release/lia
	@Tools/install-dependencies --static
	swift build -c release --product lia --static-swift-stdlib --scratch-path .build-static

wheel: static ## a Python package with the program and its models inside, in dist/
	rm -f dist/*.whl
	Tools/make-wheel .build-static/release/lia dist

deb: static ## a Debian package for this release of Debian or Ubuntu, in dist/
	@Tools/install-dependencies --packages
	rm -f dist/*.deb
	Tools/make-deb .build-static/release/lia dist

test-packages: wheel deb ## the wheel and the Debian package, installed elsewhere and used there
	Tests/Python/package.py --wheel dist/*.whl || [ $$? = 77 ]
	Tests/Packages/debian.py dist/*.deb || [ $$? = 77 ]

install: static ## into PREFIX (default /usr/local), with Swift's own libraries inside the program
	$(MAKE) install-files PROGRAM=.build-static/release/lia

# What is installed of a program that was built: the program, models, manual page and completions.
install-files:
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(SHARE)/lia/models" "$(SHARE)/man/man1" "$(SHARE)/bash-completion/completions" \
	    "$(SHARE)/zsh/site-functions" "$(SHARE)/fish/vendor_completions.d"
	install -s -m 755 "$(PROGRAM)" "$(DESTDIR)$(PREFIX)/bin/lia"
	for model in portrait refiner speech dub faces; do \
	    if [ -d Models/$$model ]; then cp -r Models/$$model "$(SHARE)/lia/models/"; fi; \
	done
	"$(PROGRAM)" manual > "$(SHARE)/man/man1/lia.1"
	"$(PROGRAM)" --generate-completion-script bash > "$(SHARE)/bash-completion/completions/lia"
	"$(PROGRAM)" --generate-completion-script zsh > "$(SHARE)/zsh/site-functions/_lia"
	"$(PROGRAM)" --generate-completion-script fish > "$(SHARE)/fish/vendor_completions.d/lia.fish"

uninstall: ## removes what `make install` put there; models that were added stay
	rm -f "$(DESTDIR)$(PREFIX)/bin/lia" "$(SHARE)/man/man1/lia.1" "$(SHARE)/bash-completion/completions/lia" \
	    "$(SHARE)/zsh/site-functions/_lia" "$(SHARE)/fish/vendor_completions.d/lia.fish"
	rm -rf "$(SHARE)/lia/models/portrait" "$(SHARE)/lia/models/refiner" "$(SHARE)/lia/models/speech" "$(SHARE)/lia/models/dub" "$(SHARE)/lia/models/faces"
	-rmdir --ignore-fail-on-non-empty "$(SHARE)/lia/models" "$(SHARE)/lia"

clean:
	rm -rf .build .build-static Benchmarks/.build Notebooks/.venv .venv-lint .venv-python dist demo.mp4

dependencies:
	@Tools/install-dependencies

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 14
