# plain: test_conversation and test_raw call the library under sanitizers
"""The pytest plugin: what a test that fails shows, and what makes a test fail."""
import pytest


def run(pytester, source, *options):
    pytester.makepyfile(source)
    return pytester.runpytest("-p", "no:cacheprovider", *options)


def test_report_of_a_failure(pytester):
    result = run(pytester, """
        import cpic

        def test_that_fails(snanode):
            @snanode.tp("ORDERS")
            def orders(conv):
                for record in conv:
                    conv.reply(cpic.ebcdic_of("WRONG"))

            with cpic.allocate("ORDERS") as conv:
                conv.send(cpic.ebcdic_of("ENQ 1"))
                assert conv.receive().data == b"RIGHT"
        """)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([
        "*- conversations -*", "*invoked here*| accepted here", "*allocate ORDERS*", "*send 5: ENQ 1*",
        "*accept ORDERS from TESTNET.CLIENTLU", "*receive 5: ENQ 1 and turn", "*send 5: WRONG", "*receive 5: WRONG and turn*",
        "*- frames -*", '*Attach ORDERS, 5 octets EBCDIC "ENQ 1", turn*', '*5 octets EBCDIC "WRONG", turn*', "*- node -*", "*snanode * starts*"])


def test_function_that_fails_fails_the_test(pytester):
    result = run(pytester, """
        import cpic, pytest

        def test_that_looks_well(snanode):
            @snanode.tp("ORDERS")
            def orders(conv):
                record = conv.receive().data
                conv.reply("ok")
                conv.receive()
                assert record == b"ENQ", "what was asked"

            with cpic.allocate("ORDERS") as conv:
                conv.send("EQN")
                assert conv.receive().data == b"ok"
        """)
    result.stdout.fnmatch_lines(["*TP ORDERS: AssertionError: what was asked*"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_files_of_marker_and_configuration(pytester):
    pytester.makefile(".cfg", host="""
server S /add /netname:"NET" /cpname:"S"
appcllu MYLU /add /server:S /defaultpool:yes
appcllu OTHERLU /add /server:S
""")
    pytester.makeini("[pytest]\nsnanode_config = host.cfg\n")
    result = run(pytester, """
        import cpic, pytest

        CONFIG = '''server S /add /netname:"NET" /cpname:"S"
        appcllu ONE /add /server:S /defaultpool:yes
        '''

        def test_of_configuration(snanode):
            assert {row["alias"] for row in snanode.show("lu")} == {"MYLU", "OTHERLU"}

        @pytest.mark.snanode(config=CONFIG)
        def test_of_marker(snanode):
            assert {row["alias"] for row in snanode.show("lu")} == {"ONE"}

        @pytest.mark.snanode(config="host.cfg", registry="nothere.reg")
        def test_of_missing_file(snanode):
            pass
        """, "--strict-markers")
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*nothere.reg: no such file*"])
