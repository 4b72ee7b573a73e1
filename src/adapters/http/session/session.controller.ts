import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Logger } from '../../../application/ports/logger.js';
import { scopes, type Scope } from '../../../domain/keys/key-scopes.js';
import { ApiKeyCheck } from '../auth/api-key-check.js';
import { AUDIT_LOG } from '../auth/audit-log.js';
import { clearSessionCookie, isFromOwnPage, setSessionCookie } from '../auth/session-cookie.js';
import { TakesBodyOfStrangers } from '../bodies/takes-body.js';
import { HttpProblem } from '../problems/http-problem.js';
import { refuseParameters, type RawQuery } from '../reporting/query-reader.js';
import { readBody } from '../validate.js';
import { SignInDto } from './session.dto.js';
import { DescribeSession, DescribeSignIn, DescribeSignOut } from './session.openapi.js';

export interface SessionView {
  /** `open`: the service runs without keys. */
  readonly state: 'signed-in' | 'signed-out' | 'open';
  readonly name: string | null;
  readonly scopes: readonly Scope[];
  readonly expiresAt: string | null;
}

const signedOut: SessionView = { state: 'signed-out', name: null, scopes: [], expiresAt: null };
const open: SessionView = { state: 'open', name: null, scopes, expiresAt: null };

/** Sessions of people in the window. */
@Controller('v1/session')
export class SessionController {
  constructor(
    @Inject(ApiKeyCheck) private readonly check: ApiKeyCheck,
    @Inject(AUDIT_LOG) private readonly log: Logger,
  ) {}

  @Get()
  @DescribeSession
  async read(@Query() query: RawQuery, @Req() request: Request): Promise<SessionView> {
    refuseParameters(query);
    if (this.check.isKeyless) return open;
    const session = await this.check.session(request);
    if (session === undefined) return signedOut;
    const { holder, expiresAt } = session;
    return { state: 'signed-in', name: holder.name, scopes: holder.scopes, expiresAt };
  }

  @Post()
  @HttpCode(201)
  @TakesBodyOfStrangers()
  @DescribeSignIn
  async signIn(
    @Body() body: unknown,
    @Query() query: RawQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionView> {
    refuseOtherPages(request);
    const { key } = readBody(SignInDto, body, query);
    if (this.check.isKeyless) return open;
    const { holder, token, expiresAt } = await this.check.signIn(request, key.trim());
    setSessionCookie(response, token);
    this.log.info({ actor: holder.name, expiresAt }, 'A person signed in to the window.');
    return { state: 'signed-in', name: holder.name, scopes: holder.scopes, expiresAt };
  }

  @Delete()
  @HttpCode(204)
  @DescribeSignOut
  signOut(
    @Query() query: RawQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): void {
    refuseParameters(query);
    refuseOtherPages(request);
    this.check.signOut(request);
    clearSessionCookie(response);
  }
}

/** Another page could otherwise sign a person out, or in under a key of its own. */
function refuseOtherPages(request: Request): void {
  const { origin } = request.headers;
  const isProgram = origin === undefined && request.headers['sec-fetch-site'] === undefined;
  if (!isProgram && !isFromOwnPage(request)) {
    throw new HttpProblem(403, 'A session is for the pages of this service only.');
  }
}
