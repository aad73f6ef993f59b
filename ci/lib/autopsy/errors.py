"""What ends ci/autopsy without a verdict. The message says what to do."""


class AutopsyError(Exception):
    pass
